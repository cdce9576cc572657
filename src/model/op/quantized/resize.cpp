#include "model/op/quantized/resize.h"

#include <cmath>
#include <vector>

namespace dlas::op::quantized {
namespace {

template <typename Number>
struct Tap {
  std::int64_t low, high;
  Number weight;  // of `high`
};

std::vector<Tap<std::int64_t>> integer_taps(std::int64_t from, std::int64_t to, Grid grid) {
  const std::int64_t step =
      grid.align_corners && to > 1 ? ((from - 1) * 1024 + (to - 1) / 2) / (to - 1) : (from * 1024 + to / 2) / to;
  std::vector<Tap<std::int64_t>> taps;
  for (std::int64_t i = 0; i < to; ++i) {
    const std::int64_t at = grid.half_pixel_centers ? i * step + step / 2 - 512 : i * step;
    const std::int64_t low = std::max<std::int64_t>(at / 1024, 0);
    taps.push_back(
        {std::min(low, from - 1), std::clamp<std::int64_t>((at + 1023) / 1024, 0, from - 1), at - 1024 * low});
  }
  return taps;
}

float float_step(std::int64_t from, std::int64_t to, bool align_corners) {
  return align_corners && to > 1 ? static_cast<float>(from - 1) / static_cast<float>(to - 1)
                                 : static_cast<float>(from) / static_cast<float>(to);
}

std::vector<Tap<float>> float_taps(std::int64_t from, std::int64_t to, Grid grid) {
  const float step = float_step(from, to, grid.align_corners);
  std::vector<Tap<float>> taps;
  for (std::int64_t i = 0; i < to; ++i) {
    const auto index = static_cast<float>(i);
    const float at = grid.half_pixel_centers ? (index + 0.5F) * step - 0.5F : index * step;
    const auto low = std::max<std::int64_t>(static_cast<std::int64_t>(std::floor(at)), 0);
    const auto high = static_cast<std::int64_t>(std::ceil(at));
    taps.push_back(
        {std::min(low, from - 1), std::clamp<std::int64_t>(high, 0, from - 1), at - static_cast<float>(low)});
  }
  return taps;
}

// XNNPACK: the place in float32, its fraction with 11 bits, ties to even.
std::vector<Tap<std::int64_t>> xnnpack_taps(std::int64_t from, std::int64_t to, Grid grid) {
  const float step = float_step(from, to, grid.align_corners);
  const float offset = grid.half_pixel_centers ? 0.5F * step - 0.5F : 0.0F;
  std::vector<Tap<std::int64_t>> taps;
  for (std::int64_t i = 0; i < to; ++i) {
    const float at = std::clamp(static_cast<float>(i) * step + offset, 0.0F, static_cast<float>(from - 1));
    const auto low = static_cast<std::int64_t>(at);
    taps.push_back({low, std::min(low + 1, from - 1), std::llrint((at - static_cast<float>(low)) * 2048.0F)});
  }
  return taps;
}

// a b above, c d below. Weights with 10 bits, rounded half away from zero.
template <typename T>
T blend(T a, T b, T c, T d, std::int64_t wy, std::int64_t wx) {
  const std::int64_t exact = a * (1024 - wy) * (1024 - wx) + c * wy * (1024 - wx) + b * (1024 - wy) * wx + d * wy * wx;
  return static_cast<T>((exact + (exact > 0 ? 1 << 19 : -(1 << 19))) / (1 << 20));
}

template <typename T>
T blend_float(T a, T b, T c, T d, float wy, float wx) {
  return static_cast<T>(std::round(a * (1 - wy) * (1 - wx) + c * wy * (1 - wx) + b * (1 - wy) * wx + d * wy * wx));
}

// LiteRT's optimised kernel: the four weights first, the half added in float32.
template <typename T>
T blend_weights(T a, T b, T c, T d, float wy, float wx) {
  const float above = a * ((1 - wy) * (1 - wx)) + b * ((1 - wy) * wx);
  return static_cast<T>(std::floor(above + c * (wy * (1 - wx)) + d * (wy * wx) + 0.5F));
}

// Weights with 11 bits, ties up.
template <typename T>
T blend_xnnpack(T a, T b, T c, T d, std::int64_t wy, std::int64_t wx) {
  const std::int64_t above = a * 2048 + (b - a) * wx, below = c * 2048 + (d - c) * wx;
  return static_cast<T>((above * 2048 + (below - above) * wy + (1 << 21)) >> 22);
}

template <typename Number>
using Taps = std::vector<Tap<Number>>;

template <typename T, typename Number, typename Blend>
void bilinear(const Tensor& x, Tensor& y, const Taps<Number>& rows, const Taps<Number>& columns, const Blend& blended) {
  const Shape& xs = x.shape();
  const auto in = x.as<T>();
  T* out = y.mutable_as<T>().data();
  for (std::int64_t b = 0; b < xs[0]; ++b) {
    const auto at = [&](std::int64_t iy, std::int64_t ix, std::int64_t c) {
      return in[static_cast<std::size_t>(((b * xs[1] + iy) * xs[2] + ix) * xs[3] + c)];
    };
    for (const auto& row : rows)
      for (const auto& column : columns)
        for (std::int64_t c = 0; c < xs[3]; ++c)
          *out++ = blended(at(row.low, column.low, c), at(row.low, column.high, c), at(row.high, column.low, c),
                           at(row.high, column.high, c), row.weight, column.weight);
  }
}

std::vector<std::int64_t> nearest_of(std::int64_t from, std::int64_t to, Grid grid) {
  const float step = float_step(from, to, grid.align_corners);
  std::vector<std::int64_t> out;
  for (std::int64_t i = 0; i < to; ++i) {
    const float at = (static_cast<float>(i) + (grid.half_pixel_centers ? 0.5F : 0.0F)) * step;
    const float whole = grid.align_corners ? std::round(at) : std::floor(at);
    out.push_back(std::clamp<std::int64_t>(static_cast<std::int64_t>(whole), 0, from - 1));
  }
  return out;
}

}  // namespace

void resize_bilinear(const Input& x, Grid grid, Output& y, Kernels kernels) {
  const Shape& from = x.tensor->shape();
  const Shape& to = y.tensor->shape();
  const bool xnnpack = kernels == Kernels::xnnpack && x.tensor->dtype() != DType::i16;
  if (x.tensor->dtype() == DType::u8 && !xnnpack)
    return bilinear<std::uint8_t>(
        *x.tensor, *y.tensor, float_taps(from[1], to[1], grid), float_taps(from[2], to[2], grid),
        kernels == Kernels::reference ? blend_float<std::uint8_t> : blend_weights<std::uint8_t>);
  const auto taps = xnnpack ? xnnpack_taps : integer_taps;
  for_quantized(x.tensor->dtype(), [&]<typename T>() {
    bilinear<T>(*x.tensor, *y.tensor, taps(from[1], to[1], grid), taps(from[2], to[2], grid),
                xnnpack ? blend_xnnpack<T> : blend<T>);
  });
}

void resize_nearest(const Tensor& x, Grid grid, Tensor& y) {
  const Shape& xs = x.shape();
  const auto rows = nearest_of(xs[1], y.dim(1), grid), columns = nearest_of(xs[2], y.dim(2), grid);
  const auto pixel = static_cast<std::size_t>(xs[3] * bits(x.dtype()) / 8);
  const std::byte* in = x.bytes().data();
  std::byte* out = y.mutable_bytes().data();
  for (std::int64_t b = 0; b < xs[0]; ++b)
    for (std::int64_t row : rows)
      for (std::int64_t column : columns) {
        const std::byte* from = in + static_cast<std::size_t>((b * xs[1] + row) * xs[2] + column) * pixel;
        out = std::copy(from, from + pixel, out);
      }
}

}  // namespace dlas::op::quantized
