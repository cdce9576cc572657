// Energy and area by the table that STONNE ships. The table states no units: the numbers compare designs, they are no joules and no square
// metres. FIFOs are free and DRAM is absent in it.
//
// Source: energy_model of STONNE's public master of 2025-06-16.
#pragma once

#include "hardware/accelerator/configuration.h"
#include "hardware/accelerator/result.h"

namespace dlas::accelerator {

// How many of each component a design has.
struct Instances {
  std::int64_t adders = 0, accumulators = 0, multipliers = 0, switches = 0;
  std::int64_t wires_dn = 0, wires_rn = 0, wires_mn = 0, wires_cb = 0;
};
Instances instances(const Configuration& configuration);

struct Energy {
  double dynamic = 0;  // table units: events x energy per event
  double leakage = 0;  // table units: cycles x leakage of all instances; STONNE calls it static
  double area = 0;     // table units: all instances
  double total() const { return dynamic + leakage; }
};
Energy energy(const Configuration& configuration, const Outcome& outcome);

}  // namespace dlas::accelerator
