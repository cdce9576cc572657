// What a run of an accelerator is counted by: one list of names and units for every table, file and comparison.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace dlas::accelerator {

struct Counters {
  std::int64_t multiplications = 0;
  std::int64_t ms_psum_forwards = 0;
  std::int64_t sram_weight_reads = 0, sram_input_reads = 0, sram_psum_reads = 0, sram_psum_writes = 0;
  std::int64_t adds_2to1 = 0, adds_3to1 = 0, accumulator_adds = 0;
  std::int64_t dn_wire_writes = 0, dn_switch_unicast = 0, dn_switch_broadcast = 0;
  std::int64_t mn_wire_writes = 0, rn_wire_writes = 0, cb_wire_writes = 0;
  std::int64_t fifo_pushes = 0, fifo_pops = 0;
  std::int64_t reconfigurations = 0;
  bool operator==(const Counters&) const = default;

  std::int64_t sram_reads() const { return sram_weight_reads + sram_input_reads + sram_psum_reads; }
  Counters& operator+=(const Counters& other) { return add(other, 1); }
  Counters& add(const Counters& other, std::int64_t times);
};

struct CounterEntry {
  std::string_view name;  // also the column of a rows file
  std::string_view unit;
  std::string_view meaning;
  std::int64_t Counters::* field;
};
std::span<const CounterEntry> counter_table();

}  // namespace dlas::accelerator
