#include "model/format/tensorflow/tensor.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/checked.h"
#include "base/limits.h"

namespace dlas::tensorflow {
namespace {

struct TypeRow {
  std::string_view name;
  DType dtype = DType::none;
};

// By number of DataType. Packed 4-bit types are stored a byte each by TensorFlow and are not read.
constexpr std::array<TypeRow, 24> kTypes = {{{"DT_INVALID"},
                                             {"DT_FLOAT", DType::f32},
                                             {"DT_DOUBLE", DType::f64},
                                             {"DT_INT32", DType::i32},
                                             {"DT_UINT8", DType::u8},
                                             {"DT_INT16", DType::i16},
                                             {"DT_INT8", DType::i8},
                                             {"DT_STRING"},
                                             {"DT_COMPLEX64"},
                                             {"DT_INT64", DType::i64},
                                             {"DT_BOOL", DType::boolean},
                                             {"DT_QINT8"},
                                             {"DT_QUINT8"},
                                             {"DT_QINT32"},
                                             {"DT_BFLOAT16", DType::bf16},
                                             {"DT_QINT16"},
                                             {"DT_QUINT16"},
                                             {"DT_UINT16", DType::u16},
                                             {"DT_COMPLEX128"},
                                             {"DT_HALF", DType::f16},
                                             {"DT_RESOURCE"},
                                             {"DT_VARIANT"},
                                             {"DT_UINT32", DType::u32},
                                             {"DT_UINT64", DType::u64}}};
constexpr std::int64_t kReference = 100;  // added for the reference types of old graphs

const TypeRow* row_of(std::int64_t number) {
  if (number > kReference) number -= kReference;
  return number >= 0 && number < static_cast<std::int64_t>(kTypes.size()) ? &kTypes[static_cast<std::size_t>(number)]
                                                                          : nullptr;
}

template <typename To, typename From>
To element(From value) {
  if constexpr (std::is_same_v<To, Half> || std::is_same_v<To, BFloat16>) {
    To out;
    out.bits = static_cast<std::uint16_t>(value);  // half_val holds the bits
    return out;
  } else if constexpr (std::is_same_v<To, bool>) {
    return value != 0;
  } else {
    return static_cast<To>(value);
  }
}

Status too_many(std::size_t elements, std::uint64_t found) {
  return make_error(Code::mismatch, fmt::format("at most {} elements", elements), fmt::format("{}", found));
}

// The last number stands for all that follow; no number at all stands for 0.
template <typename To>
void spread(std::span<To> out, std::size_t given) {
  if (given > 0) std::fill(out.begin() + static_cast<std::ptrdiff_t>(given), out.end(), out[given - 1]);
}

template <typename To, typename From>
Status put(const std::vector<From>& values, std::span<To> out) {
  if (values.size() > out.size()) return too_many(out.size(), values.size());
  std::ranges::transform(values, out.begin(), [](From v) { return element<To>(v); });
  spread(out, values.size());
  return {};
}

template <typename To>
Status put(const std::vector<Varints>& runs, std::span<To> out) {
  std::size_t i = 0;
  for (const Varints& run : runs)
    for (std::size_t at = 0; at < std::max<std::size_t>(1, run.packed.size());) {
      if (i == out.size()) return too_many(out.size(), i + 1);
      DLAS_ASSIGN(const std::int64_t value, next_varint(run, at));
      out[i++] = element<To>(value);
    }
  spread(out, i);
  return {};
}

template <typename To>
Status fill(const TensorProto& proto, std::span<To> out) {
  if constexpr (std::is_same_v<To, float>) return put(proto.floats, out);
  else if constexpr (std::is_same_v<To, double>) return put(proto.doubles, out);
  else return put(proto.integers, out);
}

Status check_booleans(std::string_view bytes) {
  for (const char c : bytes)
    if (c != 0 && c != 1) return make_error(Code::format, "bools of 0 or 1", fmt::format("{}", static_cast<int>(c)));
  return {};
}

Result<Tensor> viewed(const TensorProto& proto, DType dtype, const Shape& shape, const Source& source) {
  const std::string_view bytes = proto.content->bytes;
  if (dtype == DType::boolean) DLAS_TRY(check_booleans(bytes));
  return Tensor::view(dtype, shape, std::as_bytes(std::span(bytes.data(), bytes.size())), source.owner);
}

}  // namespace

DType dtype_of(std::int64_t number) {
  const TypeRow* row = row_of(number);
  return row ? row->dtype : DType::none;
}

std::string dtype_name(std::int64_t number) {
  const TypeRow* row = row_of(number);
  return row ? std::string(row->name) : fmt::format("type {}", number);
}

Result<Shape> fixed_shape(const ShapeProto& proto) {
  if (proto.unknown_rank) return make_error(Code::format, "a known number of axes", "an unknown one");
  if (proto.dims.size() > limits().rank)
    return make_error(Code::limit, fmt::format("at most {} dimensions", limits().rank),
                      fmt::format("{}", proto.dims.size()));
  const auto elements = checked_product(proto.dims);
  if (!elements) return make_error(Code::format, "sizes whose product is a count", text(proto.dims));
  if (static_cast<std::uint64_t>(*elements) > limits().elements)
    return make_error(Code::limit, fmt::format("at most {} elements", limits().elements), fmt::format("{}", *elements));
  return proto.dims;
}

Result<std::optional<std::vector<Dim>>> dims_of(const ShapeProto& proto) {
  std::optional<std::vector<Dim>> out;
  if (proto.unknown_rank) return out;
  if (proto.dims.size() > limits().rank)
    return make_error(Code::limit, fmt::format("at most {} dimensions", limits().rank),
                      fmt::format("{}", proto.dims.size()));
  out.emplace();
  for (const std::int64_t size : proto.dims) out->push_back(size < 0 ? Dim() : Dim(size));
  return out;
}

Result<Tensor> load_tensor(const TensorProto& proto, const Source& source, CopyBudget& budget) {
  const DType dtype = dtype_of(proto.dtype);
  if (dtype == DType::none) return make_error(Code::unsupported, "constants of numbers", dtype_name(proto.dtype));
  DLAS_ASSIGN(const Shape shape, fixed_shape(proto.shape));
  const auto want = byte_size(dtype, shape);
  if (!want) return make_error(Code::limit, "a size of a tensor that fits", text(shape));
  const std::size_t found = proto.content ? proto.content->bytes.size() : 0;
  if (found > 0) {
    if (found != *want) return make_error(Code::mismatch, fmt::format("{} bytes", *want), fmt::format("{}", found));
    return viewed(proto, dtype, shape, source);
  }
  if (*want > budget.left)
    return make_error(Code::limit, fmt::format("numbers that spread over at most {} bytes", limits().folded_bytes / 2),
                      "more");
  budget.left -= *want;
  DLAS_ASSIGN(Tensor tensor, Tensor::zeros(dtype, shape));
  const Status status = for_any(dtype, [&]<typename T>() -> Status { return fill(proto, tensor.mutable_as<T>()); });
  if (!status.ok()) return status.error();
  return tensor;
}

}  // namespace dlas::tensorflow
