// SIGMA's sparse controller, cycle by cycle: per group one cycle to configure, one to queue the stationary non-zeros, one for each streamed
// vector, then a wait for all results.
#pragma once

#include "base/result.h"
#include "hardware/accelerator/configuration.h"
#include "hardware/accelerator/problem.h"
#include "hardware/accelerator/result.h"

namespace dlas::accelerator::sigma {

// REQUIRES: validate of both.  Errors: unsupported when STONNE would never end on this.
Result<Outcome> step(const Configuration& configuration, const SparseProduct& operands);

}  // namespace dlas::accelerator::sigma
