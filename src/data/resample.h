// Resizing, each library's way, because the ways differ by more than rounding:
//
//                    centres of pixels   shrinking         arithmetic on bytes
//   pil              x + 0.5             averages (wide)   22-bit fixed point, bytes between the two passes
//   pil12            x + 0.5             averages (wide)   the same, always rows first (Pillow 12 and earlier)
//   opencv           x + 0.5             skips (not area)  11-bit fixed point; area in float
//   tf               x + 0.5             skips             float32, result stays float
//   tf-legacy        x                   skips             float32; TensorFlow 1's default, "asymmetric"
//   tf-align         corners meet        skips             float32; align_corners=True
//
// Sources: Pillow 13.0 src/libImaging/Resample.c, Geometry.c; OpenCV 5.0 modules/imgproc/src/resize.cpp; TensorFlow 2.21
// tensorflow/core/kernels/image/. Results are equal to theirs bit for bit where they compute with integers.
#pragma once

#include <string_view>
#include <variant>
#include <vector>

#include "data/image.h"

namespace dlas::data {

enum class Method { nearest, box, bilinear, hamming, bicubic, lanczos, area };
enum class Library { pil, pil12, opencv, tf, tf_legacy, tf_align };

std::string_view text(Method method);
std::string_view text(Library library);
bool supports(Library library, Method method);

// Pixels as real numbers, after TensorFlow's resize or any arithmetic.
struct FloatImage {
  int width = 0, height = 0, channels = 0;
  std::vector<float> pixels;  // height x width x channels
  bool operator==(const FloatImage&) const = default;
};
FloatImage to_float(const Image& image);

using Picture = std::variant<Image, FloatImage>;

// Requires: supports(library, method).
// Errors:   limit (pixels of the result, a side over 2^20), type (pil and opencv take bytes only).
// Cost:     two passes over the pixels; memory for the result, one intermediate picture and the weights.
Result<Picture> resize(const Picture& picture, std::int64_t width, std::int64_t height, Method method, Library library);

// One per library; they trust sizes and method.
Image resize_pillow(const Image& image, int width, int height, Method method, Library version);
Image resize_opencv(const Image& image, int width, int height, Method method);
FloatImage resize_tensorflow(const FloatImage& image, int width, int height, Method method, Library library);

}  // namespace dlas::data
