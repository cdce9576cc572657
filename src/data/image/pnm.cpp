// PGM (P5) and PPM (P6), binary, at most 8 bits: width, height and largest value in text, then the bytes.   Netpbm's pgm(5)
#include <algorithm>
#include <cmath>
#include <optional>
#include <string>

#include "data/image/codec.h"

namespace dlas::data {
namespace {

class Header {
 public:
  explicit Header(Bytes bytes) : bytes_(bytes) {}

  // The next whole number of at most nine digits behind white space and comments.
  std::optional<std::int64_t> number() {
    while (position_ < bytes_.size() && (is_space() || at() == '#')) {
      if (at() == '#')
        while (position_ < bytes_.size() && at() != '\n' && at() != '\r') ++position_;
      else ++position_;
    }
    std::int64_t value = 0;
    const std::size_t begin = position_;
    for (; position_ < bytes_.size() && at() >= '0' && at() <= '9'; ++position_) {
      if (position_ - begin == 9) return std::nullopt;
      value = 10 * value + (at() - '0');
    }
    if (position_ == begin || position_ == bytes_.size() || !is_space()) return std::nullopt;
    return value;
  }
  // What follows the single white space behind the last number.
  std::size_t data() const { return position_ + 1; }
  std::size_t position() const { return position_; }

 private:
  char at() const { return static_cast<char>(bytes_[position_]); }
  bool is_space() const { return at() == ' ' || (at() >= '\t' && at() <= '\r'); }
  Bytes bytes_;
  std::size_t position_ = 2;  // behind "P5"
};

}  // namespace

Result<Decoded> decode_pnm(Bytes bytes) {
  const int channels = static_cast<char>(bytes[1]) == '6' ? 3 : 1;
  Header header(bytes);
  std::int64_t fields[3] = {};  // width, height, largest value
  for (std::int64_t& field : fields) {
    const auto value = header.number();
    if (!value)
      return make_error(Code::format, "width, height and largest value in digits", "something else")
          .at(header.position());
    field = *value;
  }
  const std::int64_t largest = fields[2];
  if (largest < 1 || largest > 255)
    return make_error(Code::unsupported, "a largest value of 1 to 255", std::to_string(largest));
  DLAS_TRY(check_sides(fields[0], fields[1]));
  const auto needed = static_cast<std::uint64_t>(fields[0] * fields[1] * channels);
  const std::uint64_t there = bytes.size() - std::min(bytes.size(), header.data());
  if (there < needed)
    return make_error(Code::truncated, std::to_string(needed) + " bytes of pixels", std::to_string(there) + " bytes");
  DLAS_ASSIGN(Image image, make_image(fields[0], fields[1], channels));
  for (std::size_t i = 0; i < needed; ++i) {
    const auto value = std::to_integer<std::uint8_t>(bytes[header.data() + i]);
    if (value > largest)
      return make_error(Code::format, "values up to " + std::to_string(largest), std::to_string(value))
          .at(header.data() + i);
    // Ties to even, as Python rounds in Pillow.
    image.pixels[i] =
        largest == 255
            ? value
            : static_cast<std::uint8_t>(std::nearbyint(double{1} * value / static_cast<double>(largest) * 255));
  }
  return Decoded{std::move(image), 1};
}

}  // namespace dlas::data
