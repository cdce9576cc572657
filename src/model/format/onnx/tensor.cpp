#include "model/format/onnx/tensor.h"

#include <fmt/format.h>

#include <array>
#include <limits>

#include "base/checked.h"
#include "base/limits.h"
#include "base/text.h"

namespace dlas::onnx {
namespace {

struct TypeRow {
  std::string_view name;
  DType dtype;  // none: not supported
};

// By number of TensorProto.DataType.
constexpr std::array<TypeRow, 29> kTypes = {{{"undefined", DType::none},
                                             {"float", DType::f32},
                                             {"uint8", DType::u8},
                                             {"int8", DType::i8},
                                             {"uint16", DType::u16},
                                             {"int16", DType::i16},
                                             {"int32", DType::i32},
                                             {"int64", DType::i64},
                                             {"string", DType::none},
                                             {"bool", DType::boolean},
                                             {"float16", DType::f16},
                                             {"double", DType::f64},
                                             {"uint32", DType::u32},
                                             {"uint64", DType::u64},
                                             {"complex64", DType::none},
                                             {"complex128", DType::none},
                                             {"bfloat16", DType::bf16},
                                             {"float8e4m3fn", DType::none},
                                             {"float8e4m3fnuz", DType::none},
                                             {"float8e5m2", DType::none},
                                             {"float8e5m2fnuz", DType::none},
                                             {"uint4", DType::u4},
                                             {"int4", DType::i4},
                                             {"float4e2m1", DType::none},
                                             {"float8e8m0", DType::none},
                                             {"uint2", DType::none},
                                             {"int2", DType::none},
                                             {"float6e2m3", DType::none},
                                             {"float6e3m2", DType::none}}};

Error wrong_count(std::uint64_t want, std::uint64_t found, std::string_view what) {
  return make_error(Code::mismatch, fmt::format("{} {}", want, what), fmt::format("{}", found));
}

Result<Shape> shape_of(const TensorProto& proto) {
  if (proto.dims.size() > limits().rank)
    return make_error(Code::limit, fmt::format("at most {} dimensions", limits().rank),
                      fmt::format("{}", proto.dims.size()));
  const auto elements = checked_product(proto.dims);
  if (!elements) return make_error(Code::format, "sizes whose product is a count", text(proto.dims));
  if (static_cast<std::uint64_t>(*elements) > limits().elements)
    return make_error(Code::limit, fmt::format("at most {} elements", limits().elements), fmt::format("{}", *elements));
  return proto.dims;
}

// One value of a typed field; int32_data carries half floats as their bits.
template <typename To, typename From>
void put(To& out, From value) {
  if constexpr (std::is_same_v<To, Half> || std::is_same_v<To, BFloat16>) out.bits = static_cast<std::uint16_t>(value);
  else if constexpr (std::is_same_v<To, bool>) out = value != 0;
  else out = static_cast<To>(value);
}

template <typename To, typename From>
Result<Tensor> converted(DType dtype, const Shape& shape, const std::vector<From>& values) {
  if (static_cast<std::uint64_t>(count(shape)) != values.size())
    return wrong_count(static_cast<std::uint64_t>(count(shape)), values.size(), "elements");
  DLAS_ASSIGN(Tensor tensor, Tensor::zeros(dtype, shape));
  auto out = tensor.mutable_as<To>();
  for (std::size_t i = 0; i < values.size(); ++i) put(out[i], values[i]);
  return tensor;
}

// Decodes numbers straight into the elements: a list of them would be many times as long as bytes are.
template <typename To>
Status decode(const std::vector<Varints>& runs, std::span<To> out) {
  std::size_t i = 0;
  for (const Varints& run : runs)
    for (std::size_t at = 0; at < std::max<std::size_t>(1, run.packed.size());) {
      DLAS_ASSIGN(const std::int64_t value, next_varint(run, at));
      put(out[i++], value);
    }
  return {};
}

std::uint64_t total(const std::vector<Varints>& runs) {
  std::uint64_t n = 0;
  for (const Varints& run : runs) n += run.count();
  return n;
}

template <typename To>
Result<Tensor> decoded(DType dtype, const Shape& shape, const std::vector<Varints>& runs) {
  if (static_cast<std::uint64_t>(count(shape)) != total(runs))
    return wrong_count(static_cast<std::uint64_t>(count(shape)), total(runs), "elements");
  DLAS_ASSIGN(Tensor tensor, Tensor::zeros(dtype, shape));
  DLAS_TRY(decode(runs, tensor.mutable_as<To>()));
  return tensor;
}

// 4-bit integers, two a number.
Result<Tensor> nibbles(DType dtype, const Shape& shape, const std::vector<Varints>& runs) {
  const auto bytes = byte_size(dtype, shape).value_or(std::numeric_limits<std::uint64_t>::max());
  if (bytes != total(runs)) return wrong_count(bytes, total(runs), "bytes of 4-bit numbers");
  DLAS_ASSIGN(Tensor tensor, Tensor::zeros(dtype, shape));
  const auto out = tensor.mutable_bytes();
  DLAS_TRY(decode(runs, std::span(reinterpret_cast<std::uint8_t*>(out.data()), out.size())));
  return tensor;
}

Result<Tensor> from_fields(const TensorProto& proto, DType dtype, const Shape& shape) {
  switch (dtype) {
    case DType::f32: return converted<float>(dtype, shape, proto.float_data);
    case DType::f64: return converted<double>(dtype, shape, proto.double_data);
    case DType::i64: return converted<std::int64_t>(dtype, shape, proto.int64_data);
    case DType::u64: return converted<std::uint64_t>(dtype, shape, proto.uint64_data);
    case DType::u32: return converted<std::uint32_t>(dtype, shape, proto.uint64_data);
    case DType::i4:
    case DType::u4: return nibbles(dtype, shape, proto.int32_data);
    default: break;
  }
  return for_any(dtype, [&]<typename T>() { return decoded<T>(dtype, shape, proto.int32_data); });
}

struct Range {
  File file;
  std::uint64_t offset = 0, bytes = 0;
};

Result<std::uint64_t> external_number(std::string_view key, std::string_view value) {
  const auto number = parse_int(value);
  if (!number || *number < 0)
    return make_error(Code::format, fmt::format("'{}' of external data as a count of bytes", key), value);
  return static_cast<std::uint64_t>(*number);
}

Result<Range> external_range(const TensorProto& proto, const File& model, std::uint64_t want) {
  std::string_view location;
  Range range;
  range.bytes = want;
  for (const auto& [key, value] : proto.external_data) {
    if (key == "location") location = value;
    if (key == "offset") {
      DLAS_ASSIGN(range.offset, external_number(key, value));
    }
    if (key == "length") {
      DLAS_ASSIGN(range.bytes, external_number(key, value));
    }
  }
  if (location.empty()) return make_error(Code::format, "the 'location' of external data", "none");
  auto opened = open_beneath(folder_of(model.path()), location);
  if (!opened.ok()) return opened.error().during("reading external data");
  range.file = std::move(*opened);
  if (range.bytes != want) return wrong_count(want, range.bytes, "bytes of external data");
  if (!range_fits(range.offset, range.bytes, range.file.size()))
    return make_error(Code::truncated, fmt::format("{} bytes from byte {} on", range.bytes, range.offset),
                      fmt::format("a file of {} bytes", range.file.size()))
        .in(range.file.path());
  return range;
}

Result<LoadedTensor> viewed(DType dtype, const Shape& shape, const Range& range) {
  const auto bytes = range.file.bytes().subspan(range.offset, range.bytes);
  DLAS_ASSIGN(Tensor tensor, Tensor::view(dtype, shape, bytes, range.file.owner()));
  if (dtype == DType::boolean)
    for (const std::byte b : bytes)
      if (b != std::byte{0} && b != std::byte{1})
        return make_error(Code::format, "bools of 0 or 1", fmt::format("{}", static_cast<int>(b)));
  return LoadedTensor{std::move(tensor), {range.file.path(), "", range.offset, range.bytes}};
}

Result<LoadedTensor> load(const TensorProto& proto, const File& file) {
  DLAS_ASSIGN(const DType dtype, dtype_of_proto(proto.data_type));
  DLAS_ASSIGN(const Shape shape, shape_of(proto));
  const auto want = byte_size(dtype, shape);
  if (!want) return make_error(Code::limit, "a size of a tensor that fits", text(shape));
  if (proto.external) {
    DLAS_ASSIGN(const Range range, external_range(proto, file, *want));
    return viewed(dtype, shape, range);
  }
  if (proto.raw_data) {
    if (proto.raw_data->bytes.size() != *want)
      return wrong_count(*want, proto.raw_data->bytes.size(), "bytes of raw data");
    return viewed(dtype, shape, {file, proto.raw_data->offset, *want});
  }
  DLAS_ASSIGN(Tensor tensor, from_fields(proto, dtype, shape));
  return LoadedTensor{std::move(tensor), {file.path(), "", proto.offset, 0}};
}

}  // namespace

Result<DType> dtype_of_proto(std::int64_t data_type) {
  if (data_type <= 0 || data_type >= static_cast<std::int64_t>(kTypes.size()))
    return make_error(Code::format, "an element type of onnx.proto", fmt::format("number {}", data_type));
  const TypeRow& row = kTypes[static_cast<std::size_t>(data_type)];
  if (row.dtype == DType::none)
    return make_error(Code::unsupported, "an element type that dlas computes with", std::string(row.name));
  return row.dtype;
}

Result<LoadedTensor> load_tensor(const TensorProto& proto, const File& file) {
  auto loaded = load(proto, file);
  if (!loaded.ok())
    return loaded.error().in(file.path()).at(proto.offset).at_slot(fmt::format("tensor '{}'", proto.name));
  loaded->origin.name = proto.name;
  return loaded;
}

Result<NamedTensor> read_tensor_file(std::string_view path) {
  DLAS_ASSIGN(const File file, open_file(path));
  auto proto = parse_tensor({file.chars(), 0});
  if (!proto.ok()) return proto.error().in(path);
  DLAS_ASSIGN(LoadedTensor loaded, load_tensor(*proto, file));
  return NamedTensor{std::string(proto->name), std::move(loaded.tensor)};
}

}  // namespace dlas::onnx
