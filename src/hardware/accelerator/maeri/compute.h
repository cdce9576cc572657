// MAERI's time without stepping through cycles: in closed form where every step costs the same, else step by step of the loops.
#pragma once

#include <optional>

#include "hardware/accelerator/fabric/routes.h"
#include "hardware/accelerator/maeri/plan.h"
#include "hardware/accelerator/result.h"

namespace dlas::accelerator::maeri {

// Everything that the engines share about one plan.
struct Layout {
  Layout(const Configuration& configuration, const Plan& plan);
  const Configuration& configuration;
  const Plan& plan;
  Setting setting;
  Routes routes;
  Wave weights, full, last;
  std::int64_t tree;  // cycles from a port to a multiplier
};

// REQUIRES: validate(configuration, layer, tile).  Errors: as step, to which irregular tiles are left.
Result<Outcome> compute(const Configuration& configuration, const Plan& plan);

// Cycles of the layer; nothing when only the stepper knows. REQUIRES: routes.regular.
std::optional<std::int64_t> pipeline_cycles(const Layout& layout);  // partial sums stay in the array
std::optional<std::int64_t> loop_cycles(const Layout& layout);      // partial sums go through the buffer

// What holds however long it takes: all counters of the layer, and cycles that no schedule can beat: every port sends all its packets,
// every fold waits for the one before. REQUIRES: routes.regular.
Counters counters_of(const Layout& layout);
std::int64_t least_cycles(const Layout& layout);

// Whether the array drains before each block, so that all blocks take the same time.
bool drains_between_blocks(const Plan& plan);

}  // namespace dlas::accelerator::maeri
