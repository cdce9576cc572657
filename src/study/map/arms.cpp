#include <algorithm>
#include <cmath>

#include "study/map/map.h"

namespace dlas::study::map {
namespace {

namespace acc = accelerator;

bool connected(const acc::Convolution& l) { return l.r == 1 && l.c == 1 && l.out_y() == 1 && l.s == l.y; }

std::int64_t rounds(std::int64_t total, std::int64_t at_once) { return (total + at_once - 1) / at_once; }

// Share of the multipliers' work that is the layer's own: 1 when nothing idles and nothing is padding.
double utilisation(const acc::Configuration& c, const acc::Convolution& l, const acc::Tile& t) {
  const double steps = static_cast<double>(acc::folds(l, t)) *
                       static_cast<double>(rounds(l.k / l.g, t.k) * rounds(l.g, t.g)) *
                       static_cast<double>(rounds(l.out_x(), t.x) * rounds(l.out_y(), t.y)) * static_cast<double>(l.n);
  return static_cast<double>(l.products()) / (steps * static_cast<double>(c.multipliers));
}

// The best of tiles (filter plane or its part) x T_C x T_K by utilisation; ties go to the larger neuron.
acc::Tile fill(const acc::Configuration& c, const acc::Convolution& l, acc::Tile tile, std::int64_t acc::Tile::* inner,
               std::int64_t extent) {
  acc::Tile best = tile;
  double most = -1;
  for (std::int64_t size = std::min(extent, c.multipliers / tile.neuron()); size >= 1; --size) {
    tile.*inner = size;
    for (std::int64_t k = 1; k <= std::min(l.k / l.g, c.multipliers / tile.neuron()); ++k) {
      tile.k = k;
      if (!acc::validate(c, l, tile).ok()) continue;
      const double used = utilisation(c, l, tile);
      if (used > most + 1e-12) most = used, best = tile;
    }
    tile.k = 1;
  }
  return best;
}

}  // namespace

acc::Tile basic_tile() { return {}; }

acc::Tile bifrost_tile(const acc::Configuration& c, const acc::Convolution& l) {
  constexpr std::int64_t kCandidates = 20;  // per size, Bifrost's default
  acc::Tile best;
  const auto psums = [&](const acc::Tile& t) {
    const std::int64_t through = acc::folds_through_memory(c, l, t) ? acc::folds(l, t) : 1;
    return through * rounds(l.k / l.g, t.k) * t.k * l.out_x() * l.out_y();
  };
  const auto sizes = [&](std::int64_t extent, bool any) {
    std::vector<std::int64_t> out;
    for (std::int64_t size = 1; size <= extent && static_cast<std::int64_t>(out.size()) < kCandidates; ++size)
      if (any || extent % size == 0) out.push_back(size);
    return out;
  };
  for (const std::int64_t r : sizes(l.r, false))
    for (const std::int64_t s : sizes(l.s, connected(l)))
      for (const std::int64_t channel : sizes(l.c / l.g, false)) {
        const acc::Tile tile{.r = r, .s = s, .c = channel};
        if (acc::validate(c, l, tile).ok() && psums(tile) < psums(best)) best = tile;
      }
  return best;
}

acc::Tile utilisation_tile(const acc::Configuration& c, const acc::Convolution& l) {
  if (connected(l)) return fill(c, l, {}, &acc::Tile::s, l.s);
  acc::Tile plane{.r = l.r, .s = l.s};
  if (plane.neuron() + 1 > c.multipliers) plane = {.s = std::min(l.s, c.multipliers - 1)};
  return fill(c, l, plane, &acc::Tile::c, l.c / l.g);
}

}  // namespace dlas::study::map
