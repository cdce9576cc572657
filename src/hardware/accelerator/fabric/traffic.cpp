#include "hardware/accelerator/fabric/traffic.h"

namespace dlas::accelerator {

void count_wave(const Wave& wave, std::int64_t times, Counters& counters) {
  const Packet total = wave.total();
  counters.dn_wire_writes += times * total.wires;
  counters.dn_switch_unicast += times * total.unicast;
  counters.dn_switch_broadcast += times * total.broadcast;
}

void count_flow(const Configuration& configuration, const Routes& routes, const Traffic& t, Counters& c) {
  const bool tree = configuration.network != Network::temporalrn;
  const bool fold_nodes = configuration.network == Network::fenetwork;
  const bool accumulators = !tree || (configuration.network == Network::asnetwork && configuration.accumulation_buffer);
  const auto neurons = static_cast<std::int64_t>(routes.routes.size());
  const std::int64_t sums = t.steps * neurons;
  c.multiplications += t.products;
  // A weight comes once; a product takes an input, takes a weight and puts it back, and passes through a queue itself.
  c.fifo_pushes += t.weights + t.inputs + 2 * t.products;
  c.fifo_pops += t.inputs + 2 * t.products;
  if (tree) c.rn_wire_writes += t.products;
  c.add(routes.step, t.steps);
  if (fold_nodes) {  // the network passed on each sum; in truth a fold node keeps all but the last of a window
    c.adds_2to1 += sums - t.results;
    c.fifo_pushes -= sums - t.results;
    c.fifo_pops -= sums - t.results;
  }
  if (accumulators) {
    c.rn_wire_writes += sums;
    c.accumulator_adds += sums - t.results;
    c.fifo_pushes += sums + t.results;
    c.fifo_pops += sums + t.results;
  }
  c.cb_wire_writes += 2 * t.results;
  c.fifo_pushes += t.results;
  c.fifo_pops += t.results;
}

}  // namespace dlas::accelerator
