// STONNE counts a weight when its place lies inside the filter (the group is not looked at, so that padding groups count), and an
// input when fold offset + place < tile outputs + filter - 1 (the stride is forgotten) and the channel exists.
#include "hardware/accelerator/maeri/reads.h"

#include <algorithm>

namespace dlas::accelerator::maeri {
namespace {

// Places first.. of a step of `extent` inputs that pass the bound, over all folds.
std::int64_t places(std::int64_t folds, std::int64_t tile, std::int64_t outputs, std::int64_t filter,
                    std::int64_t first, std::int64_t extent) {
  std::int64_t sum = 0;
  for (std::int64_t fold = 0; fold < folds; ++fold)
    sum += std::max<std::int64_t>(0, std::min(extent, outputs + filter - 1 - fold * tile) - first);
  return sum;
}

}  // namespace

void count_reads(const Plan& p, Counters& counters) {
  const Tile& t = p.tile;
  const std::int64_t r = p.layer.r, s = p.layer.s, stride = p.layer.stride;
  counters.sram_weight_reads = r * s * p.channels * p.filters * t.g * p.group_blocks * p.batches;
  const std::int64_t across = t.r + (t.x - 1) * stride, along = t.s + (t.y - 1) * stride;
  const std::int64_t x = places(p.fold_r, t.r, t.x, r, 0, across);
  const std::int64_t full = places(p.fold_s, t.s, t.y, s, 0, along),
                     last = places(p.fold_s, t.s, t.y, s, along - 1, along);
  const std::int64_t y = p.full_windows() * full + (p.windows() - p.full_windows()) * last;
  counters.sram_input_reads = x * y * p.channels * t.n * t.g * p.blocks();
  const std::int64_t outputs = p.layer.n * p.layer.g * p.filters * p.out_x * p.out_y;
  counters.sram_psum_writes = outputs * p.results_per_window();
  counters.sram_psum_reads = (p.results_per_window() - 1) * t.neurons() * p.windows() * p.blocks();
}

}  // namespace dlas::accelerator::maeri
