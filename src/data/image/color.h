// Between grey, RGB and BGR, in Pillow's integer arithmetic.
#pragma once

#include "data/image.h"

namespace dlas::data {

// Luma of ITU-R BT.601 in 16-bit fixed point: (19595 R + 38470 G + 7471 B + 32768) / 65536, Pillow's convert("L").
Image to_gray(Image rgb);
// One channel three times; a colour picture unchanged.
Image to_rgb(Image image);
// First and third channel exchanged; grey becomes three channels first.
Image to_bgr(Image image);

// CMYK (0 = no ink) to RGB: 255 - k - c (255 - k) / 255, rounded as in Pillow's convert("RGB").
void cmyk_to_rgb(const std::uint8_t* cmyk, std::uint8_t* rgb, std::size_t pixels);

}  // namespace dlas::data
