// How the products of configured virtual neurons travel through a reduction network: how deep each multiplier lies below the adder that
// finishes its neuron, which output line the result takes, and what one step counts.
//
// Found by sending one product of every multiplier through the network. A setting in which results clash or share a way is not regular:
// only the stepper knows what it does.
#pragma once

#include <cstdint>
#include <vector>

#include "hardware/accelerator/configuration.h"
#include "hardware/accelerator/counters.h"
#include "hardware/accelerator/fabric/fabric.h"

namespace dlas::accelerator {

struct Route {
  std::int64_t line = 0, input = 0;  // output line and which of its inputs
  std::int64_t later = 0;            // cycles in an accumulator or fold node
};

struct Routes {
  bool regular = false;
  std::vector<std::int64_t> depth;  // per multiplier: cycles from product to finishing adder
  std::vector<Route> routes;        // per neuron
  Counters step;              // adders and their wires for one step of all neurons; fold nodes pass every value on
  Counters fronts;            // what lone values of all front multipliers cause until they wait for others
  bool shared_lines = false;  // two neurons on one line
};

Routes find_routes(const Configuration& configuration, const Setting& setting);

}  // namespace dlas::accelerator
