// Where a layer's cycles go. The parts add up to the total: each is what one more limit costs beyond the limits before it.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "hardware/accelerator/accelerator.h"

namespace dlas::accelerator {

struct Stalls {
  std::int64_t work = 0;        // products of the layer / multipliers, rounded up
  std::int64_t idle = 0;        // multipliers without a product: the tile does not fill the array, or works on padding
  std::int64_t stationary = 0;  // stationary elements are sent
  std::int64_t ports = 0;       // the busiest read port has more to send than one packet a step
  std::int64_t partial_sums = 0;  // folds wait for the partial sum to come back through the buffer
  std::int64_t rest = 0;          // filling, draining, output lines, write-back, configuration
  std::int64_t memory = 0;        // DRAM, in physical mode
  std::int64_t total() const { return work + idle + stationary + ports + partial_sums + rest + memory; }
  Stalls& operator+=(const Stalls& other);
};

struct StallEntry {
  std::string_view name;
  std::int64_t Stalls::* field;
};
std::span<const StallEntry> stall_table();

// Of a run that took `cycles`; `products` are those of the layer itself. REQUIRES: simulate(configuration, job) was fine.
Stalls stalls(const Configuration& configuration, const Job& job, std::int64_t cycles, std::int64_t products);

}  // namespace dlas::accelerator
