#include "hardware/accelerator/counters.h"

#include <array>

namespace dlas::accelerator {

Counters& Counters::add(const Counters& other, std::int64_t times) {
  for (const CounterEntry& entry : counter_table()) this->*entry.field += times * other.*entry.field;
  return *this;
}

std::span<const CounterEntry> counter_table() {
  using C = Counters;
  static constexpr std::array<CounterEntry, 18> kTable = {{
      {"multiplications", "products", "products formed, those with padding included", &C::multiplications},
      {"ms_psum_forwards", "elements", "partial sums that a multiplier passed on", &C::ms_psum_forwards},
      {"sram_weight_reads", "elements", "stationary elements read from the global buffer", &C::sram_weight_reads},
      {"sram_input_reads", "elements", "streamed elements read from the global buffer", &C::sram_input_reads},
      {"sram_psum_reads", "elements", "partial sums read back from the global buffer", &C::sram_psum_reads},
      {"sram_psum_writes", "elements", "results and partial sums written to the global buffer", &C::sram_psum_writes},
      {"adds_2to1", "additions", "additions of two operands in the reduction network", &C::adds_2to1},
      {"adds_3to1", "additions", "additions of three operands in the reduction network", &C::adds_3to1},
      {"accumulator_adds", "additions", "additions in accumulators", &C::accumulator_adds},
      {"dn_wire_writes", "elements", "elements on wires of the distribution trees", &C::dn_wire_writes},
      {"dn_switch_unicast", "elements", "elements that a distribution switch sent one way", &C::dn_switch_unicast},
      {"dn_switch_broadcast", "elements", "elements that a distribution switch sent both ways",
       &C::dn_switch_broadcast},
      {"mn_wire_writes", "elements", "elements passed between multipliers", &C::mn_wire_writes},
      {"rn_wire_writes", "elements", "elements on wires of the reduction network", &C::rn_wire_writes},
      {"cb_wire_writes", "elements", "elements on wires of the collection bus", &C::cb_wire_writes},
      {"fifo_pushes", "elements", "elements put into queues", &C::fifo_pushes},
      {"fifo_pops", "elements", "elements taken from queues", &C::fifo_pops},
      {"reconfigurations", "times", "times that the controller configured the networks", &C::reconfigurations},
  }};
  return kTable;
}

}  // namespace dlas::accelerator
