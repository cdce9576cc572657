#include "model/format/hdf5/datatype.h"

#include <fmt/format.h>

#include <array>

#include "base/limits.h"
#include "model/format/hdf5/cursor.h"

namespace dlas::hdf5 {
namespace {

enum Class { kFixed = 0, kFloat = 1, kString = 3, kEnumeration = 8, kVariable = 9 };
constexpr std::array<std::string_view, 12> kClassNames{"integers",    "floats",    "times",     "strings",
                                                       "bit fields",  "opaque",    "compounds", "references",
                                                       "enumeration", "sequences", "arrays",    "complex numbers"};

DType fixed_type(std::uint32_t size, bool is_signed) {
  switch (size) {
    case 1: return is_signed ? DType::i8 : DType::u8;
    case 2: return is_signed ? DType::i16 : DType::u16;
    case 4: return is_signed ? DType::i32 : DType::u32;
    case 8: return is_signed ? DType::i64 : DType::u64;
    default: return DType::none;
  }
}

Status fixed(Cursor& c, std::uint64_t bits, Datatype& out) {
  const auto offset = c.number(2), precision = c.number(2);
  DLAS_TRY(c.status("an integer's properties"));
  out.big_endian = (bits & 1) != 0;
  out.dtype = fixed_type(out.size, (bits & 8) != 0);
  if (out.dtype == DType::none || offset != 0 || precision != 8 * std::uint64_t{out.size})
    return not_read("integers of 8, 16, 32 or 64 bits", fmt::format("{} of {} bits", precision, 8ULL * out.size));
  out.kind = Datatype::Kind::number;
  return {};
}

// The layouts of IEEE 754 and of bfloat16: sign, exponent, fraction.
struct FloatLayout {
  DType dtype;
  std::uint64_t size, exponent_at, exponent_bits, fraction_bits, bias;
};
constexpr FloatLayout kFloats[] = {{DType::f16, 2, 10, 5, 10, 15},
                                   {DType::bf16, 2, 7, 8, 7, 127},
                                   {DType::f32, 4, 23, 8, 23, 127},
                                   {DType::f64, 8, 52, 11, 52, 1023}};

Status floating(Cursor& c, std::uint64_t bits, Datatype& out) {
  const auto offset = c.number(2), precision = c.number(2), exponent_at = c.number(1), exponent_bits = c.number(1),
             fraction_at = c.number(1), fraction_bits = c.number(1), bias = c.number(4);
  DLAS_TRY(c.status("a float's properties"));
  const bool vax = (bits & 0x40) != 0, implied_one = ((bits >> 4) & 3) == 2;
  for (const FloatLayout& f : kFloats)
    if (f.size == out.size && exponent_at == f.exponent_at && exponent_bits == f.exponent_bits && fraction_at == 0 &&
        fraction_bits == f.fraction_bits && bias == f.bias && offset == 0 && precision == 8 * f.size && implied_one &&
        !vax && ((bits >> 8) & 0xff) == 8 * f.size - 1)
      out.dtype = f.dtype;
  if (out.dtype == DType::none)
    return not_read("floats of IEEE 754 with 16, 32 or 64 bits", fmt::format("others of {} bits", precision));
  out.big_endian = (bits & 1) != 0;
  out.kind = Datatype::Kind::number;
  return {};
}

// h5py's bool: an enumeration over int8 with the members FALSE and TRUE.
Status enumeration(Cursor& c, std::uint64_t bits, Datatype& out) {
  if ((bits & 0xffff) != 2 || out.size != 1) return {};
  c.skip(8 + 4);  // the base type: an integer
  const auto version_padded = [&](std::string_view name) {
    const bool is = c.text_to_zero() == name;
    while (c.ok() && c.left() > 0 && (c.at() - 20) % 8 != 0) c.skip(1);
    return is;
  };
  Cursor plain = c;
  const bool unpadded = plain.text_to_zero() == "FALSE" && plain.text_to_zero() == "TRUE" && plain.number(1) == 0 &&
                        plain.number(1) == 1 && plain.ok();
  const bool padded =
      !unpadded && version_padded("FALSE") && version_padded("TRUE") && c.number(1) == 0 && c.number(1) == 1 && c.ok();
  if (unpadded || padded) {
    out.dtype = DType::boolean;
    out.kind = Datatype::Kind::number;
  }
  return {};
}

}  // namespace

Result<Datatype> datatype(std::span<const std::byte> message) {
  Cursor c(message);
  const auto head = c.number(1), bits = c.number(3);
  Datatype out;
  out.size = static_cast<std::uint32_t>(c.number(4));
  DLAS_TRY(c.status("a datatype"));
  out.number = head & 15;
  if (out.size == 0) return wrong(0, "elements of at least 1 byte", "0").at_slot("datatype");
  switch (out.number) {
    case kFixed: DLAS_TRY(fixed(c, bits, out)); break;
    case kFloat: DLAS_TRY(floating(c, bits, out)); break;
    case kString:
      out.kind = Datatype::Kind::string;
      out.padding = bits & 15;
      break;
    case kEnumeration: DLAS_TRY(enumeration(c, bits, out)); break;
    case kVariable:
      if ((bits & 15) == 1) out.kind = Datatype::Kind::variable_string;
      break;
    default: break;
  }
  return out;
}

std::string_view class_name(std::uint8_t number) {
  return number < kClassNames.size() ? kClassNames[number] : "an unknown class";
}

std::uint64_t Dataspace::count() const { return null ? 0 : static_cast<std::uint64_t>(dlas::count(shape)); }

Result<Dataspace> dataspace(const Bytes& bytes, std::span<const std::byte> message) {
  Cursor c(message);
  const auto version = c.number(1), rank = c.number(1), flags = c.number(1);
  Dataspace out;
  if (version == 2) {
    const auto type = c.number(1);
    if (type > 2) return not_read("a dataspace of a known type", fmt::format("type {}", type));
    out.null = type == 2;
  } else if (version == 1) {
    c.skip(5);
  } else {
    return not_read("a dataspace of version 1 or 2", fmt::format("version {}", version));
  }
  if (rank > limits().rank)
    return make_error(Code::limit, fmt::format("at most {} dimensions", limits().rank), fmt::format("{}", rank));
  for (std::uint64_t i = 0; i < rank; ++i) out.shape.push_back(static_cast<std::int64_t>(c.number(bytes.lengths)));
  out.most = out.shape;
  if (flags & 1)
    for (std::int64_t& size : out.most) size = static_cast<std::int64_t>(c.number(bytes.lengths));
  DLAS_TRY(c.status("a dataspace"));
  const auto elements = checked_product(out.shape);
  if (!elements || static_cast<std::uint64_t>(*elements) > limits().elements)
    return make_error(Code::limit, fmt::format("at most {} elements", limits().elements), "more");
  return out;
}

}  // namespace dlas::hdf5
