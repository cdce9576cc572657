#include "hardware/accelerator/energy.h"

namespace dlas::accelerator {
namespace {

struct Part {
  double area, leakage;  // per instance, per instance and cycle
};
constexpr Part kAdder{1059.156, 0.001505}, kMultiplier{1001.0, 0.001614}, kSwitch{108.99, 0.000157},
    kBuffer{115029.0, 0.0101};
constexpr double kWireArea = 9.46, kWideWireArea = 11.48;  // the second: of the distribution network
constexpr double kAdd = 0.111, kMultiply = 0.00741, kRoute = 0.0360, kAccess = 0.044;
constexpr double kWireWrite = 0.001839831, kWideWireWrite = 0.00223226;

std::int64_t side_links(std::int64_t multipliers) {
  std::int64_t links = 0;
  for (std::int64_t nodes = 4; nodes < multipliers; nodes *= 2) links += nodes / 2 - 1;
  return links;
}

void add_network(const Configuration& c, Instances& i) {
  const std::int64_t ms = c.multipliers;
  switch (c.network) {
    case Network::asnetwork:
      i.adders = ms - 1;
      i.accumulators = c.accumulation_buffer ? ms - 1 : 0;
      i.wires_rn = 2 * (ms - 1) + side_links(ms) + i.accumulators;
      break;
    case Network::fenetwork:  // one node more, and a link from each node but that one to its fold node
      i.adders = ms;
      i.wires_rn = 2 * ms + side_links(ms) + ms - 1;
      break;
    case Network::temporalrn: i.accumulators = i.wires_rn = ms; break;
  }
}

}  // namespace

Instances instances(const Configuration& c) {
  Instances i;
  add_network(c, i);
  i.multipliers = c.multipliers;
  i.switches = c.read_ports * (c.lanes_per_port() - 1);
  i.wires_dn = c.read_ports * (2 * c.lanes_per_port() - 1);
  i.wires_mn = c.design == Design::mesh ? (c.rows - 1) * c.columns + c.rows * (c.columns - 1) : c.multipliers - 1;
  i.wires_cb = c.write_ports * (c.multipliers / c.write_ports + 2);
  return i;
}

Energy energy(const Configuration& configuration, const Outcome& outcome) {
  const Instances i = instances(configuration);
  const Counters& c = outcome.counters;
  const auto sum = [&](double Part::* field) {
    return static_cast<double>(i.adders + i.accumulators) * kAdder.*field +
           static_cast<double>(i.multipliers) * kMultiplier.*field + static_cast<double>(i.switches) * kSwitch.*field +
           kBuffer.*field;
  };
  const auto n = [](std::int64_t count) { return static_cast<double>(count); };
  Energy e;
  e.dynamic =
      n(c.adds_2to1 + c.adds_3to1 + c.accumulator_adds) * kAdd + n(c.multiplications + c.ms_psum_forwards) * kMultiply +
      n(c.dn_switch_unicast + c.dn_switch_broadcast) * kRoute + n(c.sram_reads() + c.sram_psum_writes) * kAccess +
      n(c.rn_wire_writes + c.mn_wire_writes + c.cb_wire_writes) * kWireWrite + n(c.dn_wire_writes) * kWideWireWrite;
  e.leakage = n(outcome.cycles) * sum(&Part::leakage);
  e.area = sum(&Part::area) + n(i.wires_rn + i.wires_mn + i.wires_cb) * kWireArea + n(i.wires_dn) * kWideWireArea;
  return e;
}

}  // namespace dlas::accelerator
