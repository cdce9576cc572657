// MAGMA's time in closed form: rows with as many folds take as long.
#pragma once

#include "hardware/accelerator/magma/stepper.h"

namespace dlas::accelerator::magma {

// REQUIRES: validate(configuration, job).  Errors: as step, to which irregular clusters are left.
Result<Outcome> compute(const Configuration& configuration, const Job& job);

}  // namespace dlas::accelerator::magma
