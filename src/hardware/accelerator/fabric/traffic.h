// What waves and results count: the parts of the counters that follow from how often something is sent.
#pragma once

#include <cstdint>

#include "hardware/accelerator/counters.h"
#include "hardware/accelerator/fabric/routes.h"
#include "hardware/accelerator/fabric/wave.h"

namespace dlas::accelerator {

struct Traffic {
  std::int64_t weight_steps = 0, input_steps = 0;  // of the waves given
  std::int64_t weights = 0, inputs = 0;            // deliveries to multipliers
  std::int64_t products = 0;
  std::int64_t steps = 0;    // in which all neurons form a sum
  std::int64_t results = 0;  // that reach the buffer
  std::int64_t folds = 1;    // sums that become one result, outside the buffer
};

// Wires and switches of a wave that is sent so often.
void count_wave(const Wave& wave, std::int64_t times, Counters& counters);

// Queues, adders, wires of the reduction network and lines. Weights stay in their queues: who clears them counts that.
void count_flow(const Configuration& configuration, const Routes& routes, const Traffic& traffic, Counters& counters);

}  // namespace dlas::accelerator
