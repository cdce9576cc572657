#include "data/image/orient.h"

#include <array>
#include <cstring>
#include <optional>

#include "base/checked.h"

namespace dlas::data {
namespace {

constexpr unsigned kOrientationTag = 0x0112;
constexpr unsigned kByte = 1, kShort = 3, kLong = 4;  // TIFF field types

class Tiff {
 public:
  explicit Tiff(std::span<const std::byte> bytes) : bytes_(bytes), big_(!bytes.empty() && bytes[0] == std::byte{'M'}) {}

  // An unsigned number of `size` bytes; 0 beyond the end.
  std::uint32_t at(std::uint64_t offset, unsigned size) const {
    if (!range_fits(offset, size, bytes_.size())) return 0;
    std::uint32_t value = 0;
    for (unsigned i = 0; i < size; ++i) {
      const auto byte = std::to_integer<std::uint32_t>(bytes_[offset + i]);
      value |= byte << (8 * (big_ ? size - 1 - i : i));
    }
    return value;
  }
  bool has_header() const { return (at(0, 2) == 0x4949 || at(0, 2) == 0x4d4d) && at(2, 2) == 42; }

 private:
  std::span<const std::byte> bytes_;
  bool big_ = false;
};

}  // namespace

int exif_orientation(std::span<const std::byte> bytes) {
  const Tiff tiff(bytes);
  if (!tiff.has_header()) return 0;
  const std::uint64_t directory = tiff.at(4, 4);
  const unsigned entries = tiff.at(directory, 2);
  for (unsigned i = 0; i < entries; ++i) {
    const std::uint64_t entry = directory + 2 + 12 * std::uint64_t{i};
    if (tiff.at(entry, 2) != kOrientationTag) continue;
    const unsigned type = tiff.at(entry + 2, 2);
    const unsigned size = type == kByte ? 1 : type == kShort ? 2 : type == kLong ? 4 : 0;
    const std::uint32_t value = size ? tiff.at(entry + 8, size) : 0;
    return value >= 1 && value <= 8 ? static_cast<int>(value) : 0;
  }
  return 0;
}

int xmp_orientation(std::string_view xmp) {
  constexpr std::string_view kName = "tiff:Orientation";
  for (std::size_t at = xmp.find(kName); at != std::string_view::npos; at = xmp.find(kName, at + 1)) {
    std::string_view rest = xmp.substr(at + kName.size());
    if (rest.starts_with("=\"")) rest.remove_prefix(2);
    else if (rest.starts_with(">")) rest.remove_prefix(1);
    else continue;
    if (!rest.empty() && rest[0] >= '0' && rest[0] <= '9') return rest[0] - '0';
  }
  return 0;
}

Image upright(Image image, int orientation) {
  if (orientation < 2 || orientation > 8) return image;
  const bool swapped = orientation >= 5;                           // rows become columns
  const bool from_right = orientation == 2 || orientation == 3 ||  // the source column runs backwards
                          orientation == 7 || orientation == 8;
  const bool from_bottom = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
  Image out{swapped ? image.height : image.width, swapped ? image.width : image.height, image.channels, {}};
  out.pixels.resize(image.pixels.size());
  const auto channels = static_cast<std::size_t>(image.channels);
  std::uint8_t* to = out.pixels.data();
  for (int y = 0; y < out.height; ++y) {
    for (int x = 0; x < out.width; ++x, to += channels) {
      const int column = swapped ? y : x, row = swapped ? x : y;
      const int from_x = from_right ? image.width - 1 - column : column;
      const int from_y = from_bottom ? image.height - 1 - row : row;
      std::memcpy(to, image.row(from_y).data() + static_cast<std::size_t>(from_x) * channels, channels);
    }
  }
  return out;
}

}  // namespace dlas::data
