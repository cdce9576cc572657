#include "hardware/accelerator/maeri/plan.h"

#include <algorithm>

namespace dlas::accelerator::maeri {
namespace {

std::int64_t rounds(std::int64_t total, std::int64_t at_once) { return (total + at_once - 1) / at_once; }

}  // namespace

Plan plan(const Configuration& configuration, const Convolution& layer, const Tile& tile) {
  Plan p{.layer = layer, .tile = tile};
  p.channels = layer.c / layer.g;
  p.filters = layer.k / layer.g;
  p.out_x = layer.out_x();
  p.out_y = layer.out_y();
  p.fold_r = rounds(layer.r, tile.r);
  p.fold_s = rounds(layer.s, tile.s);
  p.fold_c = rounds(p.channels, tile.c);
  p.batches = rounds(layer.n, tile.n);
  p.group_blocks = rounds(layer.g, tile.g);
  p.filter_blocks = rounds(p.filters, tile.k);
  p.rows = rounds(p.out_x, tile.x);
  p.columns = rounds(p.out_y, tile.y);
  p.through_memory = folds_through_memory(configuration, layer, tile);
  p.overlap = configuration.overlap_blocks;
  p.sliding = tile.y == 1 && tile.s > 1 && layer.stride == 1 && layer.s % tile.s == 0;
  return p;
}

std::int64_t Plan::gate(std::int64_t index) const {
  if (overlap) return 0;
  const std::int64_t filter = index % filter_blocks, group = index / filter_blocks % group_blocks;
  const std::int64_t ready = group * tile.g * filters + filter * tile.k * tile.g;
  return ready * out_x * out_y * results_per_window();
}

Setting Plan::setting() const {
  Setting s;
  s.neurons.assign(static_cast<std::size_t>(tile.neurons()), {span(), through_memory});
  s.folds = folds();
  s.accumulated = folds();
  s.windows = out_y;
  if (!sliding) return s;
  for (std::int64_t v = 0; v < tile.neurons(); ++v)
    for (std::int64_t i = through_memory ? -1 : 0; i < tile.neuron(); ++i) {
      s.passes_left.push_back(i >= 0 && i % tile.s > 0);
      s.takes_right.push_back(i >= 0 && i % tile.s < tile.s - 1);
    }
  return s;
}

Wave Plan::weights(const Configuration& configuration) const {
  Wave wave(configuration.read_ports, configuration.lanes_per_port());
  const std::int64_t front = through_memory ? 1 : 0, outputs = tile.x * tile.y;
  std::vector<std::int32_t> lanes;
  for (std::int64_t g = 0; g < tile.g; ++g)
    for (std::int64_t k = 0; k < tile.k; ++k)
      for (std::int64_t i = 0; i < tile.neuron(); ++i) {
        lanes.clear();
        for (std::int64_t n = 0; n < tile.n; ++n)
          for (std::int64_t o = 0; o < outputs; ++o) {
            const std::int64_t neuron = ((n * tile.g + g) * tile.k + k) * outputs + o;
            lanes.push_back(static_cast<std::int32_t>(neuron * span() + front + i));
          }
        wave.add(lanes);
      }
  return wave;
}

// One packet per place (x, y) of the inputs that the tile covers, batch, group and channel: to every neuron whose window covers it.
Wave Plan::inputs(const Configuration& configuration, bool only_last_column) const {
  Wave wave(configuration.read_ports, configuration.lanes_per_port());
  const std::int64_t across = tile.r + (tile.x - 1) * layer.stride, along = tile.s + (tile.y - 1) * layer.stride;
  const std::int64_t front = through_memory ? 1 : 0, outputs = tile.x * tile.y;
  std::vector<std::int64_t> places;  // multipliers of the first filter and channel, in order
  std::vector<std::int32_t> lanes;
  for (std::int64_t x = 0; x < across; ++x)
    for (std::int64_t y = only_last_column ? along - 1 : 0; y < along; ++y) {
      places.clear();
      for (std::int64_t i = std::max<std::int64_t>(0, rounds(x - tile.r + 1, layer.stride));
           i < tile.x && i * layer.stride <= x; ++i)
        for (std::int64_t j = std::max<std::int64_t>(0, rounds(y - tile.s + 1, layer.stride));
             j < tile.y && j * layer.stride <= y; ++j)
          places.push_back((i * tile.y + j) * span() + front + (x - i * layer.stride) * tile.s + y - j * layer.stride);
      if (places.empty()) continue;
      for (std::int64_t n = 0; n < tile.n; ++n)
        for (std::int64_t g = 0; g < tile.g; ++g)
          for (std::int64_t c = 0; c < tile.c; ++c) {
            lanes.clear();
            for (std::int64_t k = 0; k < tile.k; ++k)
              for (const std::int64_t place : places)
                lanes.push_back(static_cast<std::int32_t>(((n * tile.g + g) * tile.k + k) * outputs * span() + place +
                                                          c * tile.r * tile.s));
            wave.add(lanes);
          }
    }
  return wave;
}

}  // namespace dlas::accelerator::maeri
