// What the decoders share: each takes whole files and gives pixels as stored, with the orientation tag beside them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "data/image.h"

namespace dlas::data {

using Bytes = std::span<const std::byte>;

struct Decoded {
  Image image;
  int orientation = 1;  // EXIF's number, 1 (upright) to 8
};

Result<Decoded> decode_jpeg(Bytes bytes);
Result<Decoded> decode_png(Bytes bytes);
Result<Decoded> decode_bmp(Bytes bytes);
Result<Decoded> decode_pnm(Bytes bytes);

// Sides from a header, before memory is taken.  Errors: format when a side is 0 or negative, limit.
Status check_sides(std::int64_t width, std::int64_t height);

}  // namespace dlas::data
