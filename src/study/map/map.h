// Which tile of a dense layer is best on an accelerator: the space of legal tiles, and ways to search it on true cycles.
//
// In this folder: map.h (objective, arms, search), space.h (legal tiles and their bounds). One more way to choose a tile: a function here
// and its name in `arms`.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "hardware/accelerator/accelerator.h"

namespace dlas::study::map {

enum class Objective { cycles, energy, edp };  // energy in the table's units; edp: energy x cycles
double value(Objective objective, const accelerator::Configuration& configuration, const accelerator::Outcome& outcome);
Result<Objective> parse_objective(std::string_view name);

struct Choice {
  accelerator::Tile tile;
  accelerator::Outcome outcome;
};

// Arms to compare with, each by the rule of its authors as docs/accelerators.md tells it.
accelerator::Tile basic_tile();  // all ones
// Bifrost's proxy: the fewest partial sums among tiles of divisors up to its budget of candidates per size. It does not see T_K.
accelerator::Tile bifrost_tile(const accelerator::Configuration& configuration, const accelerator::Convolution& layer);
// As mRNA chooses: whole filter planes first, then channels and filters that fill the multipliers best.
accelerator::Tile utilisation_tile(const accelerator::Configuration& configuration,
                                   const accelerator::Convolution& layer);

struct SearchOptions {
  Objective objective = Objective::cycles;
  std::int64_t most_tiles = 1'000'000;  // of a space that is listed; larger ones are searched by evolution
  std::int64_t work = 20'000'000;  // results of the blocks that are simulated; then the search stops without a proof
  std::int64_t evolved = 2'000;    // tiles that the evolution simulates
  std::uint64_t seed = 1;          // of the evolution
};

struct Found {
  Choice best;
  double bound = 0;  // no legal tile is below; proven when equal to the best
  bool proven = false;
  std::int64_t legal = 0, simulated = 0;
};

// The best legal tile.
// Errors: usage for a configuration or layer that is not legal, or a design without tiles; unsupported when no tile runs.
// Threads: one call uses all of parallel_for's. The answer does not depend on their number.
Result<Found> search(const accelerator::Configuration& configuration, const accelerator::Convolution& layer,
                     const SearchOptions& options = {});

}  // namespace dlas::study::map
