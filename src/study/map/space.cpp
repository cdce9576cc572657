#include "study/map/space.h"

#include <algorithm>

#include "hardware/accelerator/maeri/compute.h"

namespace dlas::study::map {
namespace {

namespace acc = accelerator;

std::int64_t rounds(std::int64_t total, std::int64_t at_once) { return (total + at_once - 1) / at_once; }

// Calls `take` with every tile whose sizes multiply to at most the multipliers; false stops.
class Walk {
 public:
  Walk(const acc::Configuration& configuration, const acc::Convolution& layer,
       const std::function<bool(const acc::Tile&)>& take)
      : configuration_(configuration), layer_(layer), take_(take) {}

  bool from(std::size_t level, acc::Tile& tile, std::int64_t left) {
    using Size = std::int64_t acc::Tile::*;
    static constexpr Size kSizes[] = {&acc::Tile::r, &acc::Tile::s, &acc::Tile::c, &acc::Tile::k,
                                      &acc::Tile::g, &acc::Tile::x, &acc::Tile::y};
    const std::int64_t extents[] = {layer_.r, layer_.s,       layer_.c / layer_.g, layer_.k / layer_.g,
                                    layer_.g, layer_.out_x(), layer_.out_y()};
    if (level == std::size(kSizes))
      return !acc::validate(configuration_, layer_, tile).ok() || !quick(tile) || take_(tile);
    for (std::int64_t size = 1; size <= std::min(extents[level], left); ++size) {
      tile.*kSizes[level] = size;
      if (!from(level + 1, tile, left / size)) return false;
    }
    tile.*kSizes[level] = 1;
    return true;
  }

 private:
  // Tiles whose blocks overlap (remainders in the outputs) pad and gain a drain; where partial sums go through the buffer too, they take
  // seconds to simulate and are left out.
  bool quick(const acc::Tile& tile) const {
    const acc::maeri::Plan plan = acc::maeri::plan(configuration_, layer_, tile);
    if (acc::maeri::drains_between_blocks(plan)) return true;
    return !plan.through_memory && plan.blocks() * plan.windows() * plan.folds() < 40'000'000;
  }

  const acc::Configuration& configuration_;
  const acc::Convolution& layer_;
  const std::function<bool(const acc::Tile&)>& take_;
};

}  // namespace

std::int64_t loop_bound(const acc::Configuration& c, const acc::Convolution& l, const acc::Tile& t) {
  const std::int64_t nf = acc::folds(l, t), blocks = rounds(l.k / l.g, t.k) * rounds(l.g, t.g) * rounds(l.n, t.n);
  const std::int64_t rows = rounds(l.out_x(), t.x), columns = rounds(l.out_y(), t.y), windows = rows * columns;
  const std::int64_t across = t.r + (t.x - 1) * std::min(l.stride, t.r),
                     along = t.s + (t.y - 1) * std::min(l.stride, t.s);
  const bool sliding = t.y == 1 && t.s > 1 && l.stride == 1 && l.s % t.s == 0;
  const std::int64_t full = across * along * t.c * t.g, last = across * t.c * t.g;
  const std::int64_t inputs = sliding ? rows * (full + (columns - 1) * last) : windows * full;
  const std::int64_t packets = nf * (t.neuron() * t.k * t.g + inputs);
  const bool through = acc::folds_through_memory(c, l, t);
  const std::int64_t span = t.neuron() + (through ? 1 : 0), lanes = c.lanes_per_port();
  std::int64_t block =
      std::max(nf * (1 + windows), rounds(packets, std::min(c.read_ports, rounds(t.neurons() * span, lanes))));
  // A partial sum goes down a tree, up through adders of at most three operands, to a line and to the buffer.
  std::int64_t depth = 0;
  for (std::int64_t reach = 1; reach < span; reach *= 3) ++depth;
  if (through) block = std::max(block, windows * ((nf - 1) * ((lanes > 1 ? 1 : 0) + depth + 2) + 1));
  return blocks * block;
}

std::vector<Candidate> legal_tiles(const acc::Configuration& configuration, const acc::Convolution& layer,
                                   std::int64_t most) {
  std::vector<Candidate> out;
  bool complete = true;
  const std::function<bool(const acc::Tile&)> take = [&](const acc::Tile& tile) {
    complete = static_cast<std::int64_t>(out.size()) < most;
    if (complete) out.push_back({tile, loop_bound(configuration, layer, tile)});
    return complete;
  };
  acc::Tile tile;
  Walk(configuration, layer, take).from(0, tile, configuration.multipliers);
  if (!complete) out.clear();
  return out;
}

}  // namespace dlas::study::map
