// The closed form of a run of equal steps: every port is busy from the first packet to the last, so all times grow by a fixed amount per step.
#pragma once

#include <cstdint>
#include <vector>

#include "hardware/accelerator/fabric/pace.h"

namespace dlas::accelerator {

struct Steady {
  const Routes& routes;
  const Pace& pace;
  std::int64_t lines = 1;
  bool wide = false;                     // write-back: all that waits is counted at once
  std::int64_t tree = 1;                 // cycles from a port to a multiplier: 0 without a distribution tree
  std::vector<std::int64_t> start = {};  // per port: the cycle before its first packet of step 0
  std::int64_t first = 0, stride = 1;    // a result comes of steps first, first + stride, ...
  std::int64_t count = 1;                // so many from each neuron
  std::vector<std::int64_t> floor =
      {};  // per neuron, or empty: no result 0 earlier than this; one more cycle for each further step

  // When result `index` of a neuron reaches its line.
  std::int64_t arrival(std::size_t neuron, std::int64_t index) const;
  // The cycle in which the last result is counted.
  std::int64_t end() const;

 private:
  std::int64_t last_arrival() const;
  std::int64_t end_of_all() const;
  std::int64_t end_of_tail(std::int64_t last) const;
};

}  // namespace dlas::accelerator
