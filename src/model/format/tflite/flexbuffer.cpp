// FlexBuffers: values of 1, 2, 4 or 8 bytes, offsets backwards, the root at the end. A byte of a type holds the kind in
// its upper six bits and the logarithm of the width of what it points to in the lower two.
// Source: the FlexBuffers page of FlatBuffers 25.
#include "model/format/tflite/flexbuffer.h"

#include <fmt/format.h>

#include <bit>
#include <cstdint>
#include <optional>

namespace dlas::tflite {
namespace {

enum Kind : std::uint8_t {
  kInt = 1,
  kUnsigned = 2,
  kFloat = 3,
  kIndirectInt = 6,
  kIndirectUnsigned = 7,
  kIndirectFloat = 8,
  kMap = 9,
  kBool = 26,
};
constexpr std::uint64_t kMostEntries = 256, kMostKey = 256;

class Reader {
 public:
  explicit Reader(std::span<const std::byte> bytes) : bytes_(bytes) {}
  bool ok() const { return ok_; }

  std::uint64_t unsigned_at(std::uint64_t at, std::uint64_t width) {
    if (at > bytes_.size() || width > bytes_.size() - at) {
      ok_ = false;
      return 0;
    }
    std::uint64_t value = 0;
    for (std::uint64_t i = width; i-- > 0;) value = value << 8 | std::to_integer<std::uint64_t>(bytes_[at + i]);
    return value;
  }
  // Where the offset at `at` points to, backwards.
  std::uint64_t target(std::uint64_t at, std::uint64_t width) {
    const std::uint64_t back = unsigned_at(at, width);
    if (back > at) ok_ = false;
    return ok_ ? at - back : 0;
  }
  std::string key_at(std::uint64_t at) {
    std::string out;
    for (; ok_ && out.size() <= kMostKey; ++at) {
      const auto c = static_cast<char>(unsigned_at(at, 1));
      if (c == 0) return out;
      out += c;
    }
    ok_ = false;
    return out;
  }
  // A number of `kind`; nothing for another kind.
  std::optional<double> number(std::uint8_t type, std::uint64_t at, std::uint64_t width) {
    const std::uint64_t inner = std::uint64_t{1} << (type & 3);
    switch (type >> 2) {
      case kInt: return of_signed(at, width);
      case kUnsigned:
      case kBool: return static_cast<double>(unsigned_at(at, width));
      case kFloat: return of_float(at, width);
      case kIndirectInt: return of_signed(target(at, width), inner);
      case kIndirectUnsigned: return static_cast<double>(unsigned_at(target(at, width), inner));
      case kIndirectFloat: return of_float(target(at, width), inner);
      default: return std::nullopt;
    }
  }

 private:
  double of_signed(std::uint64_t at, std::uint64_t width) {
    const std::uint64_t shift = 64 - 8 * width;
    return static_cast<double>(static_cast<std::int64_t>(unsigned_at(at, width) << shift) >> shift);
  }
  double of_float(std::uint64_t at, std::uint64_t width) {
    const std::uint64_t stored = unsigned_at(at, width);
    if (width == 8) return std::bit_cast<double>(stored);
    if (width != 4) ok_ = false;
    return static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(stored)));
  }

  std::span<const std::byte> bytes_;
  bool ok_ = true;
};

Error damaged() { return make_error(Code::format, "options as a FlexBuffers map", "other bytes"); }

}  // namespace

Result<std::map<std::string, double>> read_options(std::span<const std::byte> bytes) {
  if (bytes.size() < 3) return damaged();
  Reader in(bytes);
  const std::uint64_t root_width = in.unsigned_at(bytes.size() - 1, 1);
  const auto root_type = static_cast<std::uint8_t>(in.unsigned_at(bytes.size() - 2, 1));
  if ((root_type >> 2) != kMap || !(root_width == 1 || root_width == 2 || root_width == 4 || root_width == 8) ||
      bytes.size() - 2 < root_width)
    return damaged();
  const std::uint64_t width = std::uint64_t{1} << (root_type & 3);
  const std::uint64_t map = in.target(bytes.size() - 2 - root_width, root_width);
  if (!in.ok() || map < 3 * width) return damaged();
  const std::uint64_t size = in.unsigned_at(map - width, width), key_width = in.unsigned_at(map - 2 * width, width);
  const std::uint64_t keys = in.target(map - 3 * width, width);
  if (!in.ok() || size > kMostEntries || key_width == 0 || key_width > 8) return damaged();
  std::map<std::string, double> out;
  for (std::uint64_t i = 0; i < size && in.ok(); ++i) {
    const std::string key = in.key_at(in.target(keys + i * key_width, key_width));
    const auto type = static_cast<std::uint8_t>(in.unsigned_at(map + size * width + i, 1));
    if (const auto number = in.number(type, map + i * width, width)) out[key] = *number;
  }
  if (!in.ok()) return damaged();
  return out;
}

}  // namespace dlas::tflite
