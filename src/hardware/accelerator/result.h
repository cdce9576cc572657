// What a simulated layer comes to.
#pragma once

#include <cstdint>

#include "hardware/accelerator/counters.h"

namespace dlas::accelerator {

struct Outcome {
  std::int64_t cycles = 0;
  Counters counters;
  bool operator==(const Outcome&) const = default;
};

}  // namespace dlas::accelerator
