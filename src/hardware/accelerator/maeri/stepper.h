// MAERI's dense controller, cycle by cycle.
#pragma once

#include "hardware/accelerator/maeri/plan.h"
#include "hardware/accelerator/result.h"

namespace dlas::accelerator::maeri {

// Errors: unsupported when STONNE would never end on this, with what stands still.
Result<Outcome> step(const Configuration& configuration, const Plan& plan);

}  // namespace dlas::accelerator::maeri
