// TensorFlow's resize on the CPU, in float32 and in its order of operations.
//   tf         half_pixel_centers=True: what tf.image.resize and Keras do        source = (x + 0.5) scale - 0.5
//   tf-legacy  both flags False: tf.compat.v1 and most TFLite files              source = x scale
//   tf-align   align_corners=True                                                source = x scale, scale = (in-1)/(out-1)
// Cubic weights come from a table of 1024 steps; with half-pixel centres a = -0.5 and weights beyond the border are dropped
// and the rest normalised, otherwise a = -0.75 and the border pixel is repeated.       resize_{bilinear,bicubic,nearest}_op.cc
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "base/error.h"
#include "data/resample.h"

namespace dlas::data {
namespace {

constexpr std::int64_t kTable = 1 << 10;
using CubicTable = std::array<float, 2 * (kTable + 1)>;

float scale_of(int source, int target, Library library) {
  if (library == Library::tf_align && source > 1 && target > 1)
    return static_cast<float>(source - 1) / static_cast<float>(target - 1);
  return static_cast<float>(source) / static_cast<float>(target);
}

float position(int x, float scale, Library library) {
  const auto at = static_cast<float>(x);
  return library == Library::tf ? (at + 0.5F) * scale - 0.5F : at * scale;
}

struct Linear {
  int low, high;
  float part;
};

std::vector<Linear> linear_weights(int source, int target, Library library) {
  const float scale = scale_of(source, target, library);
  std::vector<Linear> out;
  for (int i = 0; i < target; ++i) {
    const float at = position(i, scale, library), floor = std::floor(at);
    out.push_back(
        {std::max(static_cast<int>(floor), 0), std::min(static_cast<int>(std::ceil(at)), source - 1), at - floor});
  }
  return out;
}

struct View {  // pixel access by row and column
  const FloatImage& image;
  const float* at(int y, int x) const {
    const auto index =
        static_cast<std::size_t>(y) * static_cast<std::size_t>(image.width) + static_cast<std::size_t>(x);
    return image.pixels.data() + index * static_cast<std::size_t>(image.channels);
  }
};

FloatImage blank(int width, int height, int channels) {
  FloatImage out{width, height, channels, {}};
  out.pixels.resize(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) *
                    static_cast<std::size_t>(channels));
  return out;
}

FloatImage bilinear(const FloatImage& image, int width, int height, Library library) {
  FloatImage out = blank(width, height, image.channels);
  const auto columns = linear_weights(image.width, width, library),
             rows = linear_weights(image.height, height, library);
  const View view{image};
  float* to = out.pixels.data();
  for (const Linear& y : rows) {
    for (const Linear& x : columns) {
      const float *top_left = view.at(y.low, x.low), *top_right = view.at(y.low, x.high);
      const float *bottom_left = view.at(y.high, x.low), *bottom_right = view.at(y.high, x.high);
      for (int c = 0; c < image.channels; ++c) {
        const float top = top_left[c] + (top_right[c] - top_left[c]) * x.part;
        const float bottom = bottom_left[c] + (bottom_right[c] - bottom_left[c]) * x.part;
        *to++ = top + (bottom - top) * y.part;
      }
    }
  }
  return out;
}

std::vector<int> nearest_positions(int source, int target, Library library) {
  const float scale = scale_of(source, target, library);
  std::vector<int> out;
  for (int i = 0; i < target; ++i) {
    const auto at = static_cast<float>(i);
    const float place = library == Library::tf         ? std::floor((at + 0.5F) * scale)
                        : library == Library::tf_align ? std::round(at * scale)
                                                       : std::floor(at * scale);
    out.push_back(std::clamp(static_cast<int>(place), 0, source - 1));
  }
  return out;
}

FloatImage nearest(const FloatImage& image, int width, int height, Library library) {
  FloatImage out = blank(width, height, image.channels);
  const auto columns = nearest_positions(image.width, width, library);
  float* to = out.pixels.data();
  for (const int y : nearest_positions(image.height, height, library))
    for (const int x : columns) to = std::copy_n(View{image}.at(y, x), image.channels, to);
  return out;
}

CubicTable make_table(double a) {
  CubicTable table;
  for (std::int64_t i = 0; i <= kTable; ++i) {
    float x = static_cast<float>(i) * 1.0F / static_cast<float>(kTable);
    table[static_cast<std::size_t>(2 * i)] = static_cast<float>(((a + 2) * x - (a + 3)) * x * x + 1);
    x += 1.0F;
    table[static_cast<std::size_t>(2 * i + 1)] = static_cast<float>(((a * x - 5 * a) * x + 8 * a) * x - 4 * a);
  }
  return table;
}

struct Cubic {
  std::array<int, 4> index;
  std::array<float, 4> weight;
};

Cubic cubic_weight(float at, int source, Library library) {
  static const CubicTable keys = make_table(-0.5), other = make_table(-0.75);
  const CubicTable& table = library == Library::tf ? keys : other;
  const auto whole = static_cast<std::int64_t>(std::floor(at));
  const float part = at - static_cast<float>(whole);
  const auto offset = static_cast<std::int64_t>(std::lrint(part * static_cast<float>(kTable)));
  const auto value = [&](std::int64_t i) { return table[static_cast<std::size_t>(i)]; };
  Cubic out{{},
            {value(offset * 2 + 1), value(offset * 2), value((kTable - offset) * 2), value((kTable - offset) * 2 + 1)}};
  float sum = 0.0F;
  for (std::size_t k = 0; k < 4; ++k) {
    const std::int64_t wanted = whole - 1 + static_cast<std::int64_t>(k);
    out.index[k] = static_cast<int>(std::clamp<std::int64_t>(wanted, 0, source - 1));
    if (library == Library::tf && out.index[k] != wanted) out.weight[k] = 0.0F;
    sum += out.weight[k];
  }
  if (library == Library::tf && std::abs(sum) >= 1000.0F * std::numeric_limits<float>::min()) {
    const float inverse = 1.0F / sum;
    for (float& weight : out.weight) weight *= inverse;
  }
  return out;
}

std::vector<Cubic> cubic_weights(int source, int target, Library library) {
  const float scale = scale_of(source, target, library);
  std::vector<Cubic> out;
  for (int i = 0; i < target; ++i) out.push_back(cubic_weight(position(i, scale, library), source, library));
  return out;
}

FloatImage bicubic(const FloatImage& image, int width, int height, Library library) {
  FloatImage out = blank(width, height, image.channels);
  const auto columns = cubic_weights(image.width, width, library), rows = cubic_weights(image.height, height, library);
  const View view{image};
  float* to = out.pixels.data();
  for (const Cubic& y : rows) {
    for (const Cubic& x : columns) {
      for (int c = 0; c < image.channels; ++c) {
        std::array<float, 4> column;  // first along y, for each of four columns, then along x
        for (std::size_t k = 0; k < 4; ++k) {
          const auto pixel = [&](std::size_t row) { return view.at(y.index[row], x.index[k])[c]; };
          column[k] = pixel(0) * y.weight[0] + pixel(1) * y.weight[1] + pixel(2) * y.weight[2] + pixel(3) * y.weight[3];
        }
        *to++ = column[0] * x.weight[0] + column[1] * x.weight[1] + column[2] * x.weight[2] + column[3] * x.weight[3];
      }
    }
  }
  return out;
}

}  // namespace

FloatImage resize_tensorflow(const FloatImage& image, int width, int height, Method method, Library library) {
  if (width == image.width && height == image.height) return image;  // tf.image.resize returns its input, too
  if (method == Method::nearest) return nearest(image, width, height, library);
  if (method == Method::bilinear) return bilinear(image, width, height, library);
  check(method == Method::bicubic, "a method that TensorFlow has");
  return bicubic(image, width, height, library);
}

}  // namespace dlas::data
