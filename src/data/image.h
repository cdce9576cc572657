// Pictures as bytes, and their decoding. The oracle is Pillow 13: `ImageOps.exif_transpose(Image.open(f)).convert("RGB")`
// gives the same pixels, with grey pictures kept as one channel (three equal ones in Pillow).
//
// What that means where readers differ:
//   alpha, tRNS           dropped, the colour below is kept as stored (no blending with a background)
//   PNG grey, 16 bit      values above 255 become 255, Pillow's way; RGB of 16 bit keeps the high byte
//   JPEG CMYK, YCCK       read as Adobe writes it (inverted), whatever the marker says; then r = (255-c)(255-k)/255
//   ICC profile, gamma    ignored
// A faulty picture is an error, where Pillow pads or guesses: premature end, any warning of the JPEG library about the
// data, a palette index without colour. The first bytes decide what a file is, never its name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace dlas::data {

struct Image {
  int width = 0, height = 0;
  int channels = 0;                  // 1 grey, or 3 in the order R, G, B (a recipe may make it B, G, R)
  std::vector<std::uint8_t> pixels;  // height x width x channels, no padding

  std::size_t row_bytes() const { return static_cast<std::size_t>(width) * static_cast<std::size_t>(channels); }
  std::span<const std::uint8_t> row(int y) const {
    return std::span(pixels).subspan(static_cast<std::size_t>(y) * row_bytes(), row_bytes());
  }
  bool operator==(const Image&) const = default;
};

// A zero-filled picture.  Errors: limit (Limits::image_pixels); format when a side is not positive.
Result<Image> make_image(std::int64_t width, std::int64_t height, int channels);

enum class Orientation { upright, as_stored };  // turn the picture as its EXIF or XMP tag asks, or leave it

// Requires: nothing; any bytes are allowed.
// Errors:   format (no known picture, or broken), truncated, limit (pixels, scans, file), unsupported.
// Cost:     time and memory linear in the bytes and in the pixels that these bytes can hold.
Result<Image> decode_image(std::span<const std::byte> bytes, Orientation orientation = Orientation::upright);

// The same for a file; the error names it.  Errors: also not_found, io, special_file.
Result<Image> read_image(std::string_view path, Orientation orientation = Orientation::upright);

// "a JPEG picture", ...; empty when the first bytes belong to no format that decode_image reads.
std::string_view picture_kind(std::span<const std::byte> bytes);

}  // namespace dlas::data
