// One row of outputs of a pool, sixty-four channels at a time in registers.
#include "algorithm/vector/code.h"
#include "algorithm/vector/loops.h"

namespace dlas::algorithm::DLAS_TARGET {
namespace {

constexpr std::int64_t kStrip = 64;

struct Range {
  std::int64_t first = 0, last = 0;  // taps inside the picture
  std::int64_t padded = 0;           // taps inside the padded picture
  std::int64_t inside() const { return last > first ? last - first : 0; }
};

std::int64_t least(std::int64_t a, std::int64_t b) { return a < b ? a : b; }

Range taps(std::int64_t start, std::int64_t kernel, std::int64_t dilation, std::int64_t size, std::int64_t after) {
  const auto until = [&](std::int64_t end) { return end <= start ? 0 : (end - start + dilation - 1) / dilation; };
  return {.first = start >= 0 ? 0 : (-start + dilation - 1) / dilation,
          .last = least(kernel, until(size)),
          .padded = least(kernel, until(size + after))};
}

template <std::int64_t kCount, typename F>
void window(const PoolRun& r, const float* in, const Range& rows, const Range& columns, float start, float* out, F f,
            float divisor) {
  float sums[kCount];
  for (std::int64_t c = 0; c < kCount; ++c) sums[c] = start;
  for (std::int64_t ky = rows.first; ky < rows.last; ++ky)
    for (std::int64_t kx = columns.first; kx < columns.last; ++kx) {
      const float* x = in + ky * r.dilation_h * r.in_y + kx * r.dilation_w * r.in_x;
      for (std::int64_t c = 0; c < kCount; ++c) sums[c] = f(sums[c], x[c]);
    }
  for (std::int64_t c = 0; c < kCount; ++c) out[c] = clamped(sums[c] / divisor, r.low, r.high);
}

template <typename F>
void row(const PoolRun& r, float start, F f) {
  const Range rows = taps(r.y * r.stride_h - r.pads.top, r.kernel_h, r.dilation_h, r.h, r.pads.bottom);
  for (std::int64_t x = 0; x < r.width; ++x) {
    const Range columns = taps(x * r.stride_w - r.pads.left, r.kernel_w, r.dilation_w, r.w, r.pads.right);
    const std::int64_t inside = rows.inside() * columns.inside();
    const std::int64_t counted = r.counts_padding ? rows.padded * columns.padded : inside;
    const float divisor = r.mean && counted > 0 ? static_cast<float>(counted) : 1;
    const float first = inside > 0 ? start : 0;  // a window of padding only gives zero
    const float* in = r.in + (r.y * r.stride_h - r.pads.top) * r.in_y + (x * r.stride_w - r.pads.left) * r.in_x;
    float* out = r.out + x * r.out_x;
    std::int64_t c = 0;
    for (; c + kStrip <= r.channels; c += kStrip) window<kStrip>(r, in + c, rows, columns, first, out + c, f, divisor);
    for (; c < r.channels; c += kChannelBlock)
      window<kChannelBlock>(r, in + c, rows, columns, first, out + c, f, divisor);
  }
}

}  // namespace

void pool(const PoolRun& r) {
  if (r.mean) return row(r, 0, [](float sum, float x) { return sum + x; });
  row(r, -kInfinity, [](float most, float x) { return most != most ? most : x <= most ? most : x; });
}

}  // namespace dlas::algorithm::DLAS_TARGET
