// One row of outputs of a pool, a strip of channels at a time in registers.
#include "algorithm/vector/code.h"
#include "algorithm/vector/loops.h"

namespace dlas::algorithm::DLAS_TARGET {
namespace {

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

// The window of one output: where it begins, and which of its taps lie inside the picture.
struct Window {
  const PoolRun& run;
  const float* in;
  Range rows, columns;
  float divisor;

  const float* tap(std::int64_t ky, std::int64_t kx) const {
    return in + ky * run.dilation_h * run.in_y + kx * run.dilation_w * run.in_x;
  }
};

// Row by row and the rows then, so that a mean over many pixels loses little.
template <std::int64_t kCount>
void mean(const Window& w, std::int64_t first, float* out) {
  float all[kCount] = {};
  for (std::int64_t ky = w.rows.first; ky < w.rows.last; ++ky) {
    float row[kCount] = {};
    for (std::int64_t kx = w.columns.first; kx < w.columns.last; ++kx) {
      const float* x = w.tap(ky, kx) + first;
      for (std::int64_t c = 0; c < kCount; ++c) row[c] += x[c];
    }
    for (std::int64_t c = 0; c < kCount; ++c) all[c] += row[c];
  }
  for (std::int64_t c = 0; c < kCount; ++c) out[first + c] = clamped(all[c] / w.divisor, w.run.low, w.run.high);
}

// A NaN is kept apart, since a comparison that minds it would be three where one will do.
template <std::int64_t kCount>
void most(const Window& w, std::int64_t first, float* out) {
  float all[kCount], not_a_number[kCount] = {};
  for (std::int64_t c = 0; c < kCount; ++c) all[c] = -kInfinity;
  for (std::int64_t ky = w.rows.first; ky < w.rows.last; ++ky)
    for (std::int64_t kx = w.columns.first; kx < w.columns.last; ++kx) {
      const float* x = w.tap(ky, kx) + first;
      for (std::int64_t c = 0; c < kCount; ++c) {
        all[c] = x[c] > all[c] ? x[c] : all[c];
        not_a_number[c] = x[c] == x[c] ? not_a_number[c] : x[c];
      }
    }
  for (std::int64_t c = 0; c < kCount; ++c) {
    const float value = not_a_number[c] == 0 ? all[c] : not_a_number[c];
    out[first + c] = clamped(value, w.run.low, w.run.high);
  }
}

// A window of padding only gives zero.
void nothing(const PoolRun& r, float* out) {
  for (std::int64_t c = 0; c < r.channels; ++c) out[c] = clamped(0, r.low, r.high);
}

template <std::int64_t kCount>
void strip(const Window& w, std::int64_t first, float* out) {
  w.run.mean ? mean<kCount>(w, first, out) : most<kCount>(w, first, out);
}

void pixel(const PoolRun& r, const Window& w, float* out) {
  std::int64_t c = 0;
  for (; c + 64 <= r.channels; c += 64) strip<64>(w, c, out);
  for (; c + 32 <= r.channels; c += 32) strip<32>(w, c, out);
  for (; c < r.channels; c += kChannelBlock) strip<kChannelBlock>(w, c, out);
}

}  // namespace

void pool(const PoolRun& r) {
  const std::int64_t y = r.y * r.stride_h - r.pads.top;
  const Range rows = taps(y, r.kernel_h, r.dilation_h, r.h, r.pads.bottom);
  for (std::int64_t i = 0; i < r.width; ++i) {
    const std::int64_t x = i * r.stride_w - r.pads.left;
    const Range columns = taps(x, r.kernel_w, r.dilation_w, r.w, r.pads.right);
    const std::int64_t inside = rows.inside() * columns.inside();
    const std::int64_t counted = r.counts_padding ? rows.padded * columns.padded : inside;
    const Window window{r, r.in + y * r.in_y + x * r.in_x, rows, columns,
                        counted > 0 ? static_cast<float>(counted) : 1};
    float* out = r.out + i * r.out_x;
    inside > 0 ? pixel(r, window, out) : nothing(r, out);
  }
}

}  // namespace dlas::algorithm::DLAS_TARGET
