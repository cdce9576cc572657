// Pillow's resize of bytes. Two passes, first along rows, then along columns, with bytes in between. A weight is
// f((source centre - target centre) / scale), scale = max(1, source / target): when shrinking, the filter grows with it.
// Weights are normalised in float64, then rounded to 22 bits behind the point.                          Pillow 13.0, Resample.c
// Pillow 13 takes the columns first when the height shrinks by more than twice as many pixels as the width; Pillow 12 and
// earlier never do. The rounding between the passes makes a difference of a level or so in smooth places, more at edges.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/error.h"
#include "data/resample.h"

namespace dlas::data {
namespace {

constexpr int kPrecision = 32 - 8 - 2;

struct Filter {
  double (*weight)(double);
  double support;  // half its width at scale 1
};

double box(double x) { return x > -0.5 && x <= 0.5 ? 1.0 : 0.0; }

double triangle(double x) {
  x = std::abs(x);
  return x < 1.0 ? 1.0 - x : 0.0;
}

double hamming(double x) {
  x = std::abs(x);
  if (x == 0.0) return 1.0;
  if (x >= 1.0) return 0.0;
  x *= std::numbers::pi;
  return std::sin(x) / x * (0.54F + 0.46F * std::cos(x));  // float constants, as in Pillow
}

double cubic(double x) {
  constexpr double a = -0.5;
  x = std::abs(x);
  if (x < 1.0) return ((a + 2.0) * x - (a + 3.0)) * x * x + 1;
  if (x < 2.0) return (((x - 5) * x + 8) * x - 4) * a;
  return 0.0;
}

double sinc(double x) {
  if (x == 0.0) return 1.0;
  x *= std::numbers::pi;
  return std::sin(x) / x;
}

double lanczos(double x) { return x >= -3.0 && x < 3.0 ? sinc(x) * sinc(x / 3) : 0.0; }

Filter filter_of(Method method) {
  switch (method) {
    case Method::box: return {box, 0.5};
    case Method::bilinear: return {triangle, 1.0};
    case Method::hamming: return {hamming, 1.0};
    case Method::bicubic: return {cubic, 2.0};
    case Method::lanczos: return {lanczos, 3.0};
    case Method::nearest:
    case Method::area: break;
  }
  panic("a Pillow filter for a method without one", __FILE__, __LINE__);
}

// For each target position: where its source pixels begin and their weights.
struct Weights {
  std::vector<int> first;
  std::vector<std::size_t> begin;    // into `values`; one more than positions
  std::vector<std::int32_t> values;  // 2^22 is 1
};

Weights weights_of(int source, int target, const Filter& filter) {
  const double scale = static_cast<double>(source) / target;
  const double stretch = std::max(scale, 1.0);
  const double support = filter.support * stretch, inverse = 1.0 / stretch;
  Weights out;
  std::vector<double> w;
  for (int i = 0; i < target; ++i) {
    const double center = (i + 0.5) * scale;
    const int first = std::max(0, static_cast<int>(center - support + 0.5));
    const int last = std::min(source, static_cast<int>(center + support + 0.5));
    w.clear();
    double sum = 0.0;
    for (int x = 0; x < last - first; ++x) {
      w.push_back(filter.weight((x + first - center + 0.5) * inverse));
      sum += w.back();
    }
    out.first.push_back(first);
    out.begin.push_back(out.values.size());
    for (double value : w) {
      if (sum != 0.0) value /= sum;
      out.values.push_back(static_cast<std::int32_t>((value < 0 ? -0.5 : 0.5) + value * (1 << kPrecision)));
    }
  }
  out.begin.push_back(out.values.size());
  return out;
}

std::uint8_t to_byte(std::int32_t sum) { return static_cast<std::uint8_t>(std::clamp(sum >> kPrecision, 0, 255)); }

// Resizes `lines` lines of `length` groups; a group is what moves together (a pixel along rows, a row along columns).
// Each of its `group` bytes is summed on its own.
void pass(const std::uint8_t* from, std::uint8_t* to, const Weights& weights, std::size_t lines, std::size_t length,
          std::size_t group) {
  const std::size_t target = weights.first.size();
  std::vector<std::int32_t> sums(group);
  for (std::size_t line = 0; line < lines; ++line) {
    for (std::size_t i = 0; i < target; ++i) {
      std::fill(sums.begin(), sums.end(), 1 << (kPrecision - 1));
      const std::uint8_t* source = from + (line * length + static_cast<std::size_t>(weights.first[i])) * group;
      for (std::size_t k = weights.begin[i]; k < weights.begin[i + 1]; ++k, source += group)
        for (std::size_t c = 0; c < group; ++c) sums[c] += source[c] * weights.values[k];
      std::uint8_t* out = to + (line * target + i) * group;
      for (std::size_t c = 0; c < group; ++c) out[c] = to_byte(sums[c]);
    }
  }
}

// Pillow adds the step again and again instead of multiplying, so its rounding errors are kept.
std::vector<int> nearest_positions(int source, int target) {
  const double step = static_cast<double>(source) / target;
  std::vector<int> out;
  double at = step * 0.5;
  for (int i = 0; i < target; ++i, at += step) out.push_back(std::min(static_cast<int>(at), source - 1));
  return out;
}

Image blank(int width, int height, int channels) {
  Image image{width, height, channels, {}};
  image.pixels.resize(image.row_bytes() * static_cast<std::size_t>(height));
  return image;
}

Image nearest(const Image& image, int width, int height) {
  Image out = blank(width, height, image.channels);
  const auto columns = nearest_positions(image.width, width), rows = nearest_positions(image.height, height);
  const auto channels = static_cast<std::size_t>(image.channels);
  std::uint8_t* to = out.pixels.data();
  for (const int y : rows) {
    const std::uint8_t* row = image.row(y).data();
    for (const int x : columns) to = std::copy_n(row + static_cast<std::size_t>(x) * channels, channels, to);
  }
  return out;
}

Image along_rows(Image image, int width, const Filter& filter) {
  if (width == image.width) return image;
  Image out = blank(width, image.height, image.channels);
  pass(image.pixels.data(), out.pixels.data(), weights_of(image.width, width, filter),
       static_cast<std::size_t>(image.height), static_cast<std::size_t>(image.width),
       static_cast<std::size_t>(image.channels));
  return out;
}

Image along_columns(Image image, int height, const Filter& filter) {
  if (height == image.height) return image;
  Image out = blank(image.width, height, image.channels);
  pass(image.pixels.data(), out.pixels.data(), weights_of(image.height, height, filter), 1,
       static_cast<std::size_t>(image.height), image.row_bytes());
  return out;
}

}  // namespace

Image resize_pillow(const Image& image, int width, int height, Method method, Library version) {
  if (method == Method::nearest) return nearest(image, width, height);
  const Filter filter = filter_of(method);
  const bool columns_first = version == Library::pil && height < image.height &&
                             image.height - height > 2 * (std::int64_t{image.width} - width);
  if (columns_first) return along_rows(along_columns(image, height, filter), width, filter);
  return along_columns(along_rows(image, width, filter), height, filter);
}

}  // namespace dlas::data
