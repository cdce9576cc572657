// Branch and bound over the listed space: tiles by their lower bound, cheapest first, until the next bound is no better than the best found.
// Spaces that are too large to list are searched by evolution.
#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <random>
#include <set>

#include "base/threads.h"
#include "hardware/accelerator/energy.h"
#include "hardware/accelerator/maeri/compute.h"
#include "study/map/map.h"
#include "study/map/space.h"

namespace dlas::study::map {
namespace {

namespace acc = accelerator;

struct Scored {
  Choice choice;
  double value = HUGE_VAL;
};

class Search {
 public:
  Search(const acc::Configuration& configuration, const acc::Convolution& layer, const SearchOptions& options)
      : configuration_(configuration), layer_(layer), options_(options) {}

  void start() {
    for (const acc::Tile& tile :
         {basic_tile(), bifrost_tile(configuration_, layer_), utilisation_tile(configuration_, layer_)})
      take(try_tile(tile));
  }

  // Returns the smallest bound of what was not simulated, or infinity.
  double branch_and_bound(std::vector<Candidate> tiles) {
    found_.legal = static_cast<std::int64_t>(tiles.size());
    std::vector<double> bounds(tiles.size());
    parallel_for(static_cast<std::int64_t>(tiles.size()), [&](std::int64_t i) {
      bounds[static_cast<std::size_t>(i)] = bound(tiles[static_cast<std::size_t>(i)].tile);
    });
    std::vector<std::size_t> order(tiles.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return bounds[i]; });
    constexpr std::size_t kAtOnce = 8;
    for (std::size_t first = 0; first < order.size(); first += kAtOnce) {
      const double least = bounds[order[first]];
      if (least >= best_.value) return HUGE_VAL;
      if (work_ > options_.work) return least;
      const std::size_t count = std::min(kAtOnce, order.size() - first);
      std::vector<Scored> scored(count);
      const double limit = best_.value;
      parallel_for(static_cast<std::int64_t>(count), [&](std::int64_t i) {
        const std::size_t at = order[first + static_cast<std::size_t>(i)];
        if (bounds[at] < limit) scored[static_cast<std::size_t>(i)] = try_tile(tiles[at].tile);
      });
      for (std::size_t i = 0; i < count; ++i) {
        work_ += scored[i].value == HUGE_VAL ? 0 : work_of(tiles[order[first + i]].tile);
        take(std::move(scored[i]));
      }
    }
    return HUGE_VAL;
  }

  // Mutates the best tiles: a size doubles, halves, grows or shrinks by one, or moves from one dimension to another.
  void evolve() {
    std::mt19937_64 random(options_.seed);
    std::set<acc::Tile> seen;
    std::vector<Scored> pool;
    while (found_.simulated < options_.evolved) {
      const acc::Tile parent = pool.empty() ? best_.choice.tile : pool[random() % pool.size()].choice.tile;
      const acc::Tile child = mutated(parent, random);
      if (!seen.insert(child).second || !acc::validate(configuration_, layer_, child).ok()) {
        if (++misses_ > 20'000) return;
        continue;
      }
      Scored scored = try_tile(child);
      pool.push_back(scored);
      take(std::move(scored));
      std::ranges::stable_sort(pool, {}, &Scored::value);
      if (pool.size() > 16) pool.pop_back();
    }
  }

  const Scored& best() const { return best_; }
  Found& found() { return found_; }

 private:
  Scored try_tile(const acc::Tile& tile) const {
    const auto outcome = acc::simulate(configuration_, acc::DenseJob{layer_, tile});
    if (!outcome.ok()) return {};
    return {{tile, *outcome}, value(options_.objective, configuration_, *outcome)};
  }

  // What the ports and the partial sums of a tile need at least; infinity for one that only the stepper can run: neurons of one multiplier
  // that clash, never better than their larger kin.
  double bound(const acc::Tile& tile) const {
    const acc::maeri::Plan plan = acc::maeri::plan(configuration_, layer_, tile);
    const acc::maeri::Layout layout(configuration_, plan);
    if (!layout.routes.regular) return HUGE_VAL;
    acc::Outcome least{acc::maeri::least_cycles(layout), {}};
    if (options_.objective != Objective::cycles) least.counters = acc::maeri::counters_of(layout);
    return value(options_.objective, configuration_, least);
  }

  // Results of one block: what a simulation costs.
  std::int64_t work_of(const acc::Tile& tile) const {
    const acc::maeri::Plan plan = acc::maeri::plan(configuration_, layer_, tile);
    return plan.results_per_block() * (acc::maeri::drains_between_blocks(plan) ? 1 : plan.blocks());
  }

  void take(Scored scored) {
    if (scored.value == HUGE_VAL) return;
    ++found_.simulated;
    if (scored.value < best_.value) best_ = std::move(scored);
  }

  acc::Tile mutated(acc::Tile tile, std::mt19937_64& random) const {
    std::int64_t* const sizes[] = {&tile.r, &tile.s, &tile.c, &tile.k, &tile.g, &tile.x, &tile.y};
    const std::int64_t extents[] = {layer_.r, layer_.s,       layer_.c / layer_.g, layer_.k / layer_.g,
                                    layer_.g, layer_.out_x(), layer_.out_y()};
    const std::size_t i = random() % 7, j = random() % 7;
    switch (random() % 5) {
      case 0: *sizes[i] *= 2; break;
      case 1: *sizes[i] = std::max<std::int64_t>(1, *sizes[i] / 2); break;
      case 2: ++*sizes[i]; break;
      case 3: --*sizes[i]; break;
      default: *sizes[i] *= 2, *sizes[j] = std::max<std::int64_t>(1, *sizes[j] / 2); break;
    }
    for (std::size_t d = 0; d < 7; ++d) *sizes[d] = std::clamp<std::int64_t>(*sizes[d], 1, extents[d]);
    return tile;
  }

  const acc::Configuration& configuration_;
  const acc::Convolution& layer_;
  const SearchOptions& options_;
  Scored best_;
  Found found_;
  std::int64_t work_ = 0;
  int misses_ = 0;
};

}  // namespace

double value(Objective objective, const acc::Configuration& configuration, const acc::Outcome& outcome) {
  const auto cycles = static_cast<double>(outcome.cycles);
  if (objective == Objective::cycles) return cycles;
  const double energy = acc::energy(configuration, outcome).total();
  return objective == Objective::energy ? energy : energy * cycles;
}

Result<Objective> parse_objective(std::string_view name) {
  if (name == "cycles") return Objective::cycles;
  if (name == "energy") return Objective::energy;
  if (name == "edp") return Objective::edp;
  return make_error(Code::usage, "cycles, energy or edp", "'" + std::string(name) + "'");
}

Result<Found> search(const acc::Configuration& configuration, const acc::Convolution& layer,
                     const SearchOptions& options) {
  DLAS_TRY(acc::validate(configuration));
  DLAS_TRY(acc::validate(layer));
  if (configuration.design != acc::Design::maeri)
    return make_error(Code::usage, "maeri, the design that has tiles to choose",
                      std::string(text(configuration.design)));
  Search search(configuration, layer, options);
  search.start();
  std::vector<Candidate> tiles = legal_tiles(configuration, layer, options.most_tiles);
  const bool listed = !tiles.empty();
  const double left = listed ? search.branch_and_bound(std::move(tiles)) : 0;
  if (!listed) search.evolve();
  if (search.best().value == HUGE_VAL)
    return make_error(Code::unsupported, "a tile that runs", "none for " + layer.text());
  Found found = search.found();
  found.best = search.best().choice;
  found.bound = std::min(search.best().value, left);
  found.proven = found.bound == search.best().value;
  return found;
}

}  // namespace dlas::study::map
