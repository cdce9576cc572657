// BMP: uncompressed, 1, 4 or 8 bits with a palette, 24 and 32 bits.   Windows BITMAPINFOHEADER and later, and OS/2's 12 bytes.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>

#include "base/checked.h"
#include "data/image/codec.h"

namespace dlas::data {
namespace {

constexpr std::size_t kFileHeader = 14;
constexpr std::uint32_t kUncompressed = 0, kBitfields = 3;

struct Header {
  std::uint32_t pixels_at = 0, header_size = 0, compression = 0, colors = 0;
  std::int64_t width = 0, height = 0;
  unsigned bits = 0;
  bool top_down = false;
};

// Little-endian.  REQUIRES: offset + size lies inside.
std::uint32_t number(Bytes bytes, std::size_t offset, unsigned size) {
  std::uint32_t value = 0;
  for (unsigned i = 0; i < size; ++i) value |= std::to_integer<std::uint32_t>(bytes[offset + i]) << (8 * i);
  return value;
}

Error too_short(std::uint64_t needed, Bytes bytes) {
  return make_error(Code::truncated, "at least " + std::to_string(needed) + " bytes of a BMP picture",
                    std::to_string(bytes.size()) + " bytes");
}

Result<Header> read_header(Bytes bytes) {
  if (bytes.size() < kFileHeader + 12) return too_short(kFileHeader + 12, bytes);
  Header h;
  h.pixels_at = number(bytes, 10, 4);
  h.header_size = number(bytes, kFileHeader, 4);
  if (h.header_size == 12) {
    h.width = number(bytes, 18, 2);
    h.height = number(bytes, 20, 2);
    h.bits = number(bytes, 24, 2);
    return h;
  }
  constexpr std::array<std::uint32_t, 6> kKnown = {40, 52, 56, 64, 108, 124};
  if (std::find(kKnown.begin(), kKnown.end(), h.header_size) == kKnown.end())
    return make_error(Code::unsupported, "a BMP header of 12, 40, 52, 56, 64, 108 or 124 bytes",
                      std::to_string(h.header_size));
  if (bytes.size() < kFileHeader + h.header_size) return too_short(kFileHeader + h.header_size, bytes);
  const auto signed_height = static_cast<std::int32_t>(number(bytes, 22, 4));
  h.width = static_cast<std::int32_t>(number(bytes, 18, 4));
  h.height = std::abs(std::int64_t{signed_height});
  h.top_down = signed_height < 0;
  h.bits = number(bytes, 28, 2);
  h.compression = number(bytes, 30, 4);
  h.colors = number(bytes, 46, 4);
  return h;
}

Status check_kind(Bytes bytes, const Header& h) {
  if (h.bits != 1 && h.bits != 4 && h.bits != 8 && h.bits != 24 && h.bits != 32)
    return make_error(Code::unsupported, "a BMP picture of 1, 4, 8, 24 or 32 bits", std::to_string(h.bits));
  if (h.compression == kUncompressed) return {};
  if (h.compression != kBitfields || h.bits < 24)
    return make_error(Code::unsupported, "an uncompressed BMP picture", "compression " + std::to_string(h.compression));
  // Masks stand behind 40 bytes or inside a longer header: the same place.
  constexpr std::size_t kMasks = kFileHeader + 40;
  if (bytes.size() < kMasks + 12) return too_short(kMasks + 12, bytes);
  if (number(bytes, kMasks, 4) != 0xff0000 || number(bytes, kMasks + 4, 4) != 0xff00 ||
      number(bytes, kMasks + 8, 4) != 0xff)
    return make_error(Code::unsupported, "a BMP picture with bytes in the order blue, green, red", "other bit masks");
  return {};
}

using Color = std::array<std::uint8_t, 3>;

Result<std::vector<Color>> read_palette(Bytes bytes, const Header& h) {
  const unsigned entry = h.header_size == 12 ? 3 : 4;
  const std::uint64_t colors = h.colors ? h.colors : std::uint64_t{1} << h.bits;
  const std::uint64_t begin = kFileHeader + h.header_size;
  if (colors > 256) return make_error(Code::format, "a palette of at most 256 colours", std::to_string(colors));
  if (!range_fits(begin, colors * entry, bytes.size())) return too_short(begin + colors * entry, bytes);
  std::vector<Color> palette(colors);
  for (std::size_t i = 0; i < colors; ++i)
    for (std::size_t c = 0; c < 3; ++c) palette[i][c] = std::to_integer<std::uint8_t>(bytes[begin + i * entry + 2 - c]);
  return palette;
}

Status read_indices(Bytes line, unsigned bits, const std::vector<Color>& palette, std::uint8_t* to, int width) {
  const unsigned per_byte = 8 / bits, mask = (1U << bits) - 1;
  for (unsigned x = 0; x < static_cast<unsigned>(width); ++x, to += 3) {
    const unsigned shift = 8 - bits * (x % per_byte + 1);
    const unsigned index = (std::to_integer<unsigned>(line[x / per_byte]) >> shift) & mask;
    if (index >= palette.size())
      return make_error(Code::format, "palette indices below " + std::to_string(palette.size()), std::to_string(index));
    std::copy(palette[index].begin(), palette[index].end(), to);
  }
  return {};
}

void read_colors(Bytes line, unsigned bytes_each, std::uint8_t* to, int width) {
  for (std::size_t x = 0; x < static_cast<std::size_t>(width); ++x, to += 3)
    for (std::size_t c = 0; c < 3; ++c) to[c] = std::to_integer<std::uint8_t>(line[x * bytes_each + 2 - c]);
}

}  // namespace

Result<Decoded> decode_bmp(Bytes bytes) {
  DLAS_ASSIGN(const Header h, read_header(bytes));
  DLAS_TRY(check_kind(bytes, h));
  DLAS_TRY(check_sides(h.width, h.height));
  const std::uint64_t line = (static_cast<std::uint64_t>(h.width) * h.bits + 31) / 32 * 4;
  const std::uint64_t size = line * static_cast<std::uint64_t>(h.height);
  if (!range_fits(h.pixels_at, size, bytes.size())) return too_short(h.pixels_at + size, bytes);
  std::vector<Color> palette;
  if (h.bits <= 8) {
    DLAS_ASSIGN(palette, read_palette(bytes, h));
  }
  DLAS_ASSIGN(Image image, make_image(h.width, h.height, 3));
  for (int y = 0; y < image.height; ++y) {
    const int stored = h.top_down ? y : image.height - 1 - y;
    const Bytes from = bytes.subspan(h.pixels_at + line * static_cast<std::uint64_t>(stored), line);
    std::uint8_t* to = image.pixels.data() + static_cast<std::size_t>(y) * image.row_bytes();
    if (h.bits > 8) read_colors(from, h.bits / 8, to, image.width);
    else DLAS_TRY(read_indices(from, h.bits, palette, to, image.width));
  }
  return Decoded{std::move(image), 1};
}

}  // namespace dlas::data
