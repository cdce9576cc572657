// Any bytes as a picture: an image or an error. A decoded one is also turned and made grey.
#include <cstdint>

#include "base/limits.h"
#include "data/image.h"
#include "data/image/color.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  dlas::limits().image_pixels = 1 << 20;
  const auto bytes = std::as_bytes(std::span(data, size));
  for (const auto orientation : {dlas::data::Orientation::upright, dlas::data::Orientation::as_stored}) {
    const auto image = dlas::data::decode_image(bytes, orientation);
    if (!image.ok()) continue;
    const auto pixels = static_cast<std::size_t>(image->width) * static_cast<std::size_t>(image->height);
    if (image->pixels.size() != pixels * static_cast<std::size_t>(image->channels)) __builtin_trap();
    if (dlas::data::to_gray(*image).pixels.size() != pixels) __builtin_trap();
  }
  return 0;
}
