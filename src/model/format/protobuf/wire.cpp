#include "model/format/protobuf/wire.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "base/limits.h"

namespace dlas::protobuf {
namespace {

std::uint8_t byte_at(std::string_view bytes, std::size_t i) { return static_cast<std::uint8_t>(bytes[i]); }

// Little-endian, whatever the machine is.  REQUIRES: width bytes from `at` on.
std::uint64_t little_endian(std::string_view bytes, std::size_t at, std::size_t width) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < width; ++i) value |= std::uint64_t{byte_at(bytes, at + i)} << (8 * i);
  return value;
}

Error wrong_type(const Field& field, std::string_view expected) {
  return make_error(Code::format, fmt::format("field {} as {}", field.number, expected),
                    fmt::format("wire type {}", static_cast<int>(field.type)))
      .at(field.offset);
}

// A packed run of `width`-byte numbers, or one number.
template <typename Number, typename Bits>
Status append_fixed(const Field& field, WireType single, std::vector<Number>& out) {
  if (field.type == single) {
    DLAS_TRY(take(field, sizeof(Number)));
    out.push_back(std::bit_cast<Number>(static_cast<Bits>(field.number_value)));
    return {};
  }
  if (field.type != WireType::bytes) return wrong_type(field, "packed numbers");
  if (field.bytes.size() % sizeof(Bits) != 0)
    return make_error(Code::format, fmt::format("packed numbers of {} bytes", sizeof(Bits)),
                      fmt::format("{} bytes", field.bytes.size()))
        .at(field.offset);
  DLAS_TRY(take(field, field.bytes.size()));
  out.reserve(out.size() + field.bytes.size() / sizeof(Bits));
  for (std::size_t at = 0; at < field.bytes.size(); at += sizeof(Bits))
    out.push_back(std::bit_cast<Number>(static_cast<Bits>(little_endian(field.bytes, at, sizeof(Bits)))));
  return {};
}

// Reads one varint and moves `at` behind it; nothing when it is cut off or longer than 64 bits.
enum class Varint { good, cut_off, too_long };
Varint read_varint(std::string_view bytes, std::size_t& at, std::uint64_t& value) {
  value = 0;
  for (int shift = 0; shift < 70; shift += 7) {
    if (at >= bytes.size()) return Varint::cut_off;
    const std::uint64_t byte = byte_at(bytes, at++);
    if (shift == 63 && byte > 1) return Varint::too_long;
    value |= (byte & 0x7F) << shift;
    if (byte < 0x80) return Varint::good;
  }
  return Varint::too_long;
}

}  // namespace

Error Fields::cut_off(std::string_view expected) const {
  return make_error(Code::truncated, expected, fmt::format("{} bytes left in the message", message_.bytes.size() - at_))
      .at(message_.offset + at_);
}

Result<std::uint64_t> Fields::varint() {
  const std::size_t start = at_;
  std::uint64_t value = 0;
  switch (read_varint(message_.bytes, at_, value)) {
    case Varint::good: return value;
    case Varint::cut_off: at_ = start; return cut_off("a whole number");
    case Varint::too_long: break;
  }
  return make_error(Code::format, "a number of at most 64 bits", "a longer one").at(message_.offset + start);
}

Result<std::uint64_t> Fields::fixed(std::size_t width) {
  if (message_.bytes.size() - at_ < width) return cut_off(fmt::format("{} bytes", width));
  const std::uint64_t value = little_endian(message_.bytes, at_, width);
  at_ += width;
  return value;
}

Result<bool> Fields::next(Field& field) {
  if (at_ == message_.bytes.size()) return false;
  const std::uint64_t start = message_.offset + at_;
  DLAS_ASSIGN(const std::uint64_t key, varint());
  const std::uint64_t number = key >> 3;
  if (number == 0 || number >= (std::uint64_t{1} << 29))
    return make_error(Code::format, "a field number from 1 to 536870911", fmt::format("{}", number)).at(start);
  field = {};
  field.room = message_.room;
  field.number = static_cast<std::uint32_t>(number);
  field.offset = message_.offset + at_;
  switch (key & 7) {
    case 0: {
      DLAS_ASSIGN(field.number_value, varint());
      break;
    }
    case 1: {
      DLAS_ASSIGN(field.number_value, fixed(8));
      break;
    }
    case 2: {
      DLAS_ASSIGN(const std::uint64_t length, varint());
      if (length > message_.bytes.size() - at_) return cut_off(fmt::format("the {} bytes of field {}", length, number));
      field.offset = message_.offset + at_;
      field.bytes = message_.bytes.substr(at_, length);
      at_ += length;
      break;
    }
    case 5: {
      DLAS_ASSIGN(field.number_value, fixed(4));
      break;
    }
    default: return make_error(Code::format, "a wire type of protocol buffers", fmt::format("{}", key & 7)).at(start);
  }
  field.type = static_cast<WireType>(key & 7);
  return true;
}

Status take(const Field& field, std::uint64_t bytes) {
  if (!field.room) return {};
  if (bytes > field.room->left)
    return make_error(Code::limit, "lists that take no more than twice the file and the limit of parsed_bytes", "more")
        .at(field.offset)
        .try_this(fmt::format("--limit parsed_bytes={}", 10 * limits().parsed_bytes));
  field.room->left -= bytes;
  return {};
}

Status append_varints(const Field& field, std::vector<std::int64_t>& out) {
  if (field.type == WireType::varint) {
    DLAS_TRY(take(field, sizeof(std::int64_t)));
    out.push_back(static_cast<std::int64_t>(field.number_value));
    return {};
  }
  if (field.type != WireType::bytes) return wrong_type(field, "packed numbers");
  const auto numbers = std::ranges::count_if(field.bytes, [](char c) { return static_cast<std::uint8_t>(c) < 0x80; });
  DLAS_TRY(take(field, static_cast<std::uint64_t>(numbers) * sizeof(std::int64_t)));
  out.reserve(out.size() + static_cast<std::size_t>(numbers));
  for (std::size_t at = 0; at < field.bytes.size();) {
    const std::size_t start = at;
    std::uint64_t value = 0;
    if (read_varint(field.bytes, at, value) != Varint::good)
      return make_error(Code::format, "a whole number of at most 64 bits", "another one").at(field.offset + start);
    out.push_back(static_cast<std::int64_t>(value));
  }
  return {};
}

std::uint64_t Varints::count() const {
  if (packed.empty()) return 1;
  return static_cast<std::uint64_t>(
      std::ranges::count_if(packed, [](char c) { return static_cast<std::uint8_t>(c) < 0x80; }));
}

Status keep_varints(const Field& field, std::vector<Varints>& out) {
  if (field.type != WireType::varint && field.type != WireType::bytes) return wrong_type(field, "packed numbers");
  if (field.type == WireType::bytes && field.bytes.empty()) return {};
  DLAS_TRY(take(field, sizeof(Varints)));
  out.push_back({field.bytes, static_cast<std::int64_t>(field.number_value), field.offset});
  return {};
}

Result<std::int64_t> next_varint(const Varints& run, std::size_t& at) {
  if (run.packed.empty()) return ++at, run.one;
  const std::size_t start = at;
  std::uint64_t value = 0;
  if (read_varint(run.packed, at, value) == Varint::good) return static_cast<std::int64_t>(value);
  return make_error(Code::format, "a whole number of at most 64 bits", "another one").at(run.offset + start);
}

Status append_floats(const Field& field, std::vector<float>& out) {
  return append_fixed<float, std::uint32_t>(field, WireType::fixed32, out);
}

Status append_doubles(const Field& field, std::vector<double>& out) {
  return append_fixed<double, std::uint64_t>(field, WireType::fixed64, out);
}

Result<Message> message_of(const Field& field) {
  if (field.type != WireType::bytes) return wrong_type(field, "a message");
  return Message{field.bytes, field.offset, field.room};
}

Result<std::string_view> text_of(const Field& field) {
  if (field.type != WireType::bytes) return wrong_type(field, "text");
  return field.bytes;
}

Result<std::int64_t> integer_of(const Field& field) {
  if (field.type != WireType::varint) return wrong_type(field, "a number");
  return static_cast<std::int64_t>(field.number_value);
}

Result<float> float_of(const Field& field) {
  if (field.type != WireType::fixed32) return wrong_type(field, "a float");
  return std::bit_cast<float>(static_cast<std::uint32_t>(field.number_value));
}

}  // namespace dlas::protobuf
