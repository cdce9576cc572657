// The pace of a wave that is sent again and again: what each port has to send for it, and how long after a port takes it up the
// last product of each neuron gets to the neuron's finishing adder.
#pragma once

#include <cstdint>
#include <vector>

#include "hardware/accelerator/fabric/routes.h"
#include "hardware/accelerator/fabric/wave.h"

namespace dlas::accelerator {

struct Pace {
  struct Share {  // of a neuron on a port
    std::int32_t port;
    std::int32_t
        delay;  // highest sum of a packet's place in the port's row, counted from 1, and its multiplier's depth
  };
  std::vector<std::int64_t> load;          // packets per port
  std::vector<std::vector<Share>> shares;  // per neuron
};

// `owner` gives the neuron of each multiplier.
Pace pace_of(const Wave& wave, const Routes& routes, const std::vector<std::int32_t>& owner);
std::vector<std::int32_t> owners(const Setting& setting);

}  // namespace dlas::accelerator
