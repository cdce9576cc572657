// A dense layer on a MAERI-like design, taken apart: loop counts, the waves that the controller sends, and what repeats how often.
//
// Loops, outermost first: batch, group blocks, filter blocks; within a block all weights (one step per fold), then for rows of
// outputs, for columns, for folds (S fastest) one input step.
#pragma once

#include <cstdint>

#include "hardware/accelerator/fabric/fabric.h"
#include "hardware/accelerator/mapping.h"

namespace dlas::accelerator::maeri {

struct Plan {
  Convolution layer;
  Tile tile;
  std::int64_t channels = 1, filters = 1;  // per group
  std::int64_t out_x = 1, out_y = 1;
  std::int64_t fold_r = 1, fold_s = 1, fold_c = 1;
  std::int64_t batches = 1, group_blocks = 1, filter_blocks = 1, rows = 1, columns = 1;  // steps of each loop
  bool through_memory = false;  // partial sums travel through the global buffer
  bool overlap = false;         // blocks do not wait for the results of those before
  bool sliding = false;         // windows of a row after the first take only their last column from the buffer

  std::int64_t folds() const { return fold_r * fold_s * fold_c; }
  std::int64_t blocks() const { return batches * group_blocks * filter_blocks; }
  std::int64_t windows() const { return rows * columns; }  // of a block
  std::int64_t full_windows() const { return sliding ? rows : windows(); }
  std::int64_t results_per_window() const { return through_memory ? folds() : 1; }
  std::int64_t results_per_block() const { return windows() * results_per_window() * tile.neurons(); }
  std::int64_t span() const { return tile.neuron() + (through_memory ? 1 : 0); }  // multipliers of a neuron
  // Results that must have been counted before block `index` may start.
  std::int64_t gate(std::int64_t index) const;

  Setting setting() const;
  Wave weights(const Configuration& configuration) const;
  Wave inputs(const Configuration& configuration, bool only_last_column) const;
};

// REQUIRES: validate(configuration, layer, tile).
Plan plan(const Configuration& configuration, const Convolution& layer, const Tile& tile);

}  // namespace dlas::accelerator::maeri
