// Accesses of the dense controller to the global buffer: they follow from the loops alone, not from time.
#pragma once

#include "hardware/accelerator/maeri/plan.h"

namespace dlas::accelerator::maeri {

void count_reads(const Plan& plan, Counters& counters);

}  // namespace dlas::accelerator::maeri
