#include "data/image/color.h"

#include <algorithm>
#include <utility>

namespace dlas::data {
namespace {

// a b / 255, rounded to nearest, without a division.
constexpr unsigned product_over_255(unsigned a, unsigned b) {
  const unsigned t = a * b + 128;
  return ((t >> 8) + t) >> 8;
}

}  // namespace

Image to_gray(Image rgb) {
  if (rgb.channels == 1) return rgb;
  Image gray{rgb.width, rgb.height, 1, {}};
  gray.pixels.resize(rgb.pixels.size() / 3);
  const std::uint8_t* from = rgb.pixels.data();
  for (std::uint8_t& to : gray.pixels) {
    to = static_cast<std::uint8_t>((19595U * from[0] + 38470U * from[1] + 7471U * from[2] + 32768U) >> 16);
    from += 3;
  }
  return gray;
}

Image to_rgb(Image image) {
  if (image.channels == 3) return image;
  Image rgb{image.width, image.height, 3, {}};
  rgb.pixels.resize(image.pixels.size() * 3);
  std::uint8_t* to = rgb.pixels.data();
  for (const std::uint8_t value : image.pixels) to = std::fill_n(to, 3, value);
  return rgb;
}

Image to_bgr(Image image) {
  Image out = to_rgb(std::move(image));
  for (std::size_t i = 0; i < out.pixels.size(); i += 3) std::swap(out.pixels[i], out.pixels[i + 2]);
  return out;
}

void cmyk_to_rgb(const std::uint8_t* cmyk, std::uint8_t* rgb, std::size_t pixels) {
  for (std::size_t i = 0; i < pixels; ++i, cmyk += 4, rgb += 3) {
    const unsigned white = 255U - cmyk[3];
    for (int c = 0; c < 3; ++c) rgb[c] = static_cast<std::uint8_t>(white - product_over_255(cmyk[c], white));
  }
}

}  // namespace dlas::data
