// SIGMA's time in closed form, group by group.
#pragma once

#include "base/result.h"
#include "hardware/accelerator/configuration.h"
#include "hardware/accelerator/problem.h"
#include "hardware/accelerator/result.h"

namespace dlas::accelerator::sigma {

// REQUIRES: validate of both.  Errors: as step, to which irregular groups are left.
Result<Outcome> compute(const Configuration& configuration, const SparseProduct& operands);

}  // namespace dlas::accelerator::sigma
