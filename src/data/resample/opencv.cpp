// OpenCV's resize of bytes: nearest, linear, cubic, area.                                OpenCV 5.0, imgproc/src/resize.cpp
//
//   nearest  source = floor(x source/target)
//   linear   weights of 11 bits, rows first into 32-bit sums, then columns with two shifts; shrinking by exactly 2 is area
//   cubic    a = -0.75, border pixels repeated, float32: what the wheel on PyPI computes on x86, where OpenCV hands cubic to
//            Intel's IPP. OpenCV's own code takes weights of 11 bits and is one level away in about 4 % of the pixels.
//   area     shrinking: mean over the covered rectangle in float32; enlarging either side: linear with other centres
#include <algorithm>
#include <array>
#include <cmath>

#include "data/resample.h"

namespace dlas::data {
namespace {

constexpr int kBits = 11, kOne = 1 << kBits;

// One output position: its N source pixels, clamped to the border, with their weights.
template <typename Number, std::size_t N>
struct Taps {
  std::array<int, N> index;
  std::array<Number, N> weight;
};
using Linear = Taps<int, 2>;
using Cubic = Taps<float, 4>;

int round_even(float value) { return static_cast<int>(std::nearbyint(value)); }

std::uint8_t clamp_byte(int value) { return static_cast<std::uint8_t>(std::clamp(value, 0, 255)); }

std::size_t index_of(int pixel, int channels, int channel) {
  return static_cast<std::size_t>(pixel) * static_cast<std::size_t>(channels) + static_cast<std::size_t>(channel);
}

// OpenCV goes through the inverse: 1 / (target / source).
double scale_of(int source, int target) { return 1.0 / (static_cast<double>(target) / source); }

struct Place {
  int whole;
  float part;
};

Place place_of(int i, int source, int target, bool as_area) {
  const double scale = scale_of(source, target);
  if (!as_area) {
    const auto at = static_cast<float>((i + 0.5) * scale - 0.5);
    const auto whole = static_cast<int>(std::floor(at));
    return {whole, at - static_cast<float>(whole)};
  }
  const double inverse = static_cast<double>(target) / source;
  const auto whole = static_cast<int>(std::floor(i * scale));
  const auto part = static_cast<float>((i + 1) - (whole + 1) * inverse);
  return {whole, part <= 0 ? 0.0F : part - std::floor(part)};
}

std::vector<Linear> linear_taps(int source, int target, bool as_area) {
  std::vector<Linear> out;
  for (int i = 0; i < target; ++i) {
    const Place p = place_of(i, source, target, as_area);
    out.push_back({{std::clamp(p.whole, 0, source - 1), std::clamp(p.whole + 1, 0, source - 1)},
                   {round_even((1.0F - p.part) * kOne), round_even(p.part * kOne)}});
  }
  return out;
}

std::vector<Cubic> cubic_taps(int source, int target) {
  constexpr double a = -0.75;
  const double scale = static_cast<double>(source) / target;
  std::vector<Cubic> out;
  for (int i = 0; i < target; ++i) {
    const double at = (i + 0.5) * scale - 0.5, x = at - std::floor(at), before = x + 1, rest = 1 - x;
    const double w0 = ((a * before - 5 * a) * before + 8 * a) * before - 4 * a;
    const double w1 = ((a + 2) * x - (a + 3)) * x * x + 1, w2 = ((a + 2) * rest - (a + 3)) * rest * rest + 1;
    Cubic taps = {
        {},
        {static_cast<float>(w0), static_cast<float>(w1), static_cast<float>(w2), static_cast<float>(1 - w0 - w1 - w2)}};
    for (int k = 0; k < 4; ++k)
      taps.index[static_cast<std::size_t>(k)] = std::clamp(static_cast<int>(std::floor(at)) - 1 + k, 0, source - 1);
    out.push_back(taps);
  }
  return out;
}

Image blank(int width, int height, int channels) {
  Image image{width, height, channels, {}};
  image.pixels.resize(image.row_bytes() * static_cast<std::size_t>(height));
  return image;
}

// One source row under the horizontal weights.
template <typename Number, std::size_t N>
void filter_row(const Image& image, int y, const std::vector<Taps<Number, N>>& columns, std::vector<Number>& out) {
  const std::uint8_t* row = image.row(y).data();
  std::size_t to = 0;
  for (const auto& taps : columns) {
    for (int c = 0; c < image.channels; ++c) {
      Number sum = 0;
      for (std::size_t k = 0; k < N; ++k)
        sum += static_cast<Number>(row[taps.index[k] * image.channels + c]) * taps.weight[k];
      out[to++] = sum;
    }
  }
}

// The column's sum for linear: two shifts drop the bits that have no room in OpenCV's vectors of 16 bits.
int join(const std::array<const int*, 2>& rows, const Linear& taps, std::size_t i) {
  return (((taps.weight[0] * (rows[0][i] >> 4)) >> 16) + ((taps.weight[1] * (rows[1][i] >> 4)) >> 16) + 2) >> 2;
}

int join(const std::array<const float*, 4>& rows, const Cubic& taps, std::size_t i) {
  float sum = 0.0F;
  for (std::size_t k = 0; k < 4; ++k) sum += rows[k][i] * taps.weight[k];
  return round_even(sum);
}

template <typename Number, std::size_t N>
Image separable(const Image& image, const std::vector<Taps<Number, N>>& columns,
                const std::vector<Taps<Number, N>>& rows) {
  Image out = blank(static_cast<int>(columns.size()), static_cast<int>(rows.size()), image.channels);
  struct Line {
    int source = -1;
    std::vector<Number> sums;
  };
  std::array<Line, N> lines;  // the last N source rows, by row modulo N: neighbours never share a slot
  for (Line& line : lines) line.sums.resize(out.row_bytes());
  std::uint8_t* to = out.pixels.data();
  for (const auto& taps : rows) {
    std::array<const Number*, N> sums = {};
    for (std::size_t k = 0; k < N; ++k) {
      Line& line = lines[static_cast<std::size_t>(taps.index[k]) % N];
      if (line.source != taps.index[k]) filter_row(image, line.source = taps.index[k], columns, line.sums);
      sums[k] = line.sums.data();
    }
    for (std::size_t i = 0; i < out.row_bytes(); ++i) *to++ = clamp_byte(join(sums, taps, i));
  }
  return out;
}

Image nearest(const Image& image, int width, int height) {
  Image out = blank(width, height, image.channels);
  const auto position = [](int i, int source, int target) {
    return std::min(static_cast<int>(std::floor(i * scale_of(source, target))), source - 1);
  };
  std::uint8_t* to = out.pixels.data();
  for (int y = 0; y < height; ++y) {
    const std::uint8_t* row = image.row(position(y, image.height, height)).data();
    for (int x = 0; x < width; ++x)
      to = std::copy_n(row + std::ptrdiff_t{position(x, image.width, width)} * image.channels, image.channels, to);
  }
  return out;
}

// Both sides shrink by whole factors: the sum of each rectangle times 1 / area; of four pixels in integers.
Image whole_area(const Image& image, int width, int height) {
  const int across = image.width / width, down = image.height / height;
  const float share = 1.0F / static_cast<float>(across * down);
  Image out = blank(width, height, image.channels);
  std::uint8_t* to = out.pixels.data();
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      for (int c = 0; c < image.channels; ++c) {
        int sum = 0;
        for (int dy = 0; dy < down; ++dy)
          for (int dx = 0; dx < across; ++dx)
            sum += image.row(y * down + dy)[index_of(x * across + dx, image.channels, c)];
        *to++ = across == 2 && down == 2 ? clamp_byte((sum + 2) >> 2)
                                         : clamp_byte(round_even(static_cast<float>(sum) * share));
      }
  return out;
}

// What part of the target position's width each source pixel covers.
struct Cover {
  int target, source;
  float share;
};

std::vector<Cover> covers_of(int source, int target) {
  const double scale = scale_of(source, target);
  std::vector<Cover> out;
  for (int i = 0; i < target; ++i) {
    const double begin = i * scale, end = begin + scale, width = std::min(scale, source - begin);
    int first = static_cast<int>(std::ceil(begin)), last = static_cast<int>(std::floor(end));
    last = std::min(last, source - 1);
    first = std::min(first, last);
    if (first - begin > 1e-3) out.push_back({i, first - 1, static_cast<float>((first - begin) / width)});
    for (int s = first; s < last; ++s) out.push_back({i, s, static_cast<float>(1.0 / width)});
    if (end - last > 1e-3)
      out.push_back({i, last, static_cast<float>(std::min(std::min(end - last, 1.0), width) / width)});
  }
  return out;
}

Image covered_area(const Image& image, int width, int height) {
  Image out = blank(width, height, image.channels);
  const std::vector<Cover> columns = covers_of(image.width, width);
  std::vector<float> line(out.row_bytes()), sum(out.row_bytes(), 0.0F);
  int current = 0;
  const auto store = [&] {
    std::uint8_t* to = out.pixels.data() + static_cast<std::size_t>(current) * out.row_bytes();
    for (const float value : sum) *to++ = clamp_byte(round_even(value));
  };
  for (const Cover& row : covers_of(image.height, height)) {
    std::fill(line.begin(), line.end(), 0.0F);
    const std::uint8_t* from = image.row(row.source).data();
    for (const Cover& column : columns)
      for (int c = 0; c < image.channels; ++c)
        line[index_of(column.target, image.channels, c)] +=
            static_cast<float>(from[column.source * image.channels + c]) * column.share;
    const bool fresh = row.target != current;
    if (fresh) store();
    current = row.target;
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] = fresh ? row.share * line[i] : sum[i] + row.share * line[i];
  }
  store();
  return out;
}

bool divides(int target, int source) { return source % target == 0; }

}  // namespace

Image resize_opencv(const Image& image, int width, int height, Method method) {
  if (width == image.width && height == image.height) return image;
  if (method == Method::nearest) return nearest(image, width, height);
  if (method == Method::bicubic)
    return separable(image, cubic_taps(image.width, width), cubic_taps(image.height, height));
  const bool halves = image.width == 2 * width && image.height == 2 * height;
  const bool shrinks = width <= image.width && height <= image.height;
  if (halves || (method == Method::area && shrinks)) {
    const bool whole = divides(width, image.width) && divides(height, image.height);
    return whole ? whole_area(image, width, height) : covered_area(image, width, height);
  }
  const bool as_area = method == Method::area;
  return separable(image, linear_taps(image.width, width, as_area), linear_taps(image.height, height, as_area));
}

}  // namespace dlas::data
