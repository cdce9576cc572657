// Chains of element-wise operators: a block of pixels is copied into a buffer in the first cache, goes through all operators there,
// and is copied out.
#include "algorithm/vector/code.h"
#include "algorithm/vector/loops.h"

namespace dlas::algorithm::DLAS_TARGET {
namespace {

constexpr std::int64_t kBlock = 2048;  // numbers: 8 KiB

void copy(const float* __restrict from, float* __restrict to, std::int64_t n) {
  for (std::int64_t i = 0; i < n; ++i) to[i] = from[i];
}

// `width` pixels of `channels` numbers each, side by side. `x`: the first pixel's place in the row.
void apply(const ChainStep& step, float* block, std::int64_t x, std::int64_t width, std::int64_t channels) {
  PointRun run{.op = step.op, .a = step.a, .b = step.b, .x = block, .y = step.y, .repeated = step.repeated};
  run.n = width * channels;
  const bool same_everywhere = step.repeated && step.y_x == 0;
  const bool side_by_side = !step.repeated && step.y_x == channels;
  if (!takes_two(step.op) || same_everywhere) return point(run);
  run.y += x * step.y_x;
  if (side_by_side) return point(run);
  run.n = channels;
  for (std::int64_t i = 0; i < width; ++i, run.x += channels, run.y += step.y_x) point(run);
}

// Numbers that are a part of one pixel: blocks of wide pixels.
void narrow(const ChainRun& r, std::int64_t x) {
  alignas(64) float block[kBlock];
  for (std::int64_t c = 0; c < r.channels; c += kBlock) {
    const std::int64_t n = r.channels - c < kBlock ? r.channels - c : kBlock;
    copy(r.in + x * r.in_x + c, block, n);
    for (std::int64_t s = 0; s < r.count; ++s) {
      ChainStep step = r.steps[s];
      if (step.y) step.y += x * step.y_x + (step.repeated ? 0 : c);
      apply(step, block, 0, 1, n);
    }
    copy(block, r.out + x * r.out_x + c, n);
  }
}

void blocks(const ChainRun& r) {
  alignas(64) float block[kBlock];
  const std::int64_t pixels = kBlock / r.channels;
  for (std::int64_t x = 0; x < r.width; x += pixels) {
    const std::int64_t width = r.width - x < pixels ? r.width - x : pixels;
    for (std::int64_t i = 0; i < width; ++i) copy(r.in + (x + i) * r.in_x, block + i * r.channels, r.channels);
    for (std::int64_t s = 0; s < r.count; ++s) apply(r.steps[s], block, x, width, r.channels);
    for (std::int64_t i = 0; i < width; ++i) copy(block + i * r.channels, r.out + (x + i) * r.out_x, r.channels);
  }
}

}  // namespace

void chain(const ChainRun& r) {
  if (r.channels <= kBlock) blocks(r);
  else
    for (std::int64_t x = 0; x < r.width; ++x) narrow(r, x);
  for (std::int64_t x = 0; x < r.width && r.padding > 0; ++x) {
    float* behind = r.out + x * r.out_x + r.channels;
    for (std::int64_t c = 0; c < r.padding; ++c) behind[c] = 0;
  }
}

}  // namespace dlas::algorithm::DLAS_TARGET
