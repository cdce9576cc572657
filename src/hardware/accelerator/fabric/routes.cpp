#include "hardware/accelerator/fabric/routes.h"

#include <algorithm>
#include <set>

namespace dlas::accelerator {
namespace {

// The way of a product up to the node that finishes its neuron.
struct Way {
  std::int64_t hops = 0;
  int end = -1;
};

int next_node(const AdderTree& tree, int node, bool from_left) {
  const Adder& adder = tree.nodes()[static_cast<std::size_t>(node)];
  bool sideways = adder.mode == AdderMode::add && adder.link == SideLink::send;
  if (adder.mode == AdderMode::split) sideways = (adder.side < node) == from_left;
  if (sideways) return adder.side;
  return node == 0 ? -1 : (node - 1) / 2;
}

Way way_of(const AdderTree& tree, std::int64_t multiplier) {
  Way way;
  int node = tree.index(tree.levels() - 1, static_cast<int>(multiplier / 2));
  bool left = multiplier % 2 == 0;
  while (node >= 0) {
    ++way.hops;
    const Adder& adder = tree.nodes()[static_cast<std::size_t>(node)];
    const int next = next_node(tree, node, left);
    const bool sideways = next == adder.side && next >= 0;
    if (!sideways && (adder.to_line || adder.to_fold)) return {way.hops, node};
    left = node % 2 == 1;
    node = next;
  }
  return way;
}

class Finder {
 public:
  Finder(const Configuration& configuration, const Setting& setting)
      : configuration_(configuration), setting_(setting), tree_(configuration) {}

  Routes find() {
    Routes out;
    if (!tree_.configure(setting_.neurons) || !find_ways(out)) return out;
    out.step = send(false, out.routes.size());
    out.regular = sound_;
    if (setting_.neurons.front().front) out.fronts = send(true, 0);
    return out;
  }

 private:
  // Depths and lines; false when a neuron ends in two places or two neurons in one.
  bool find_ways(Routes& out) {
    std::set<int> ends;
    std::set<std::pair<std::int64_t, std::int64_t>> inputs;
    std::set<std::int64_t> lines;
    std::int64_t at = 0;
    for (const Neuron& neuron : setting_.neurons) {
      const int end = way_of(tree_, at).end;
      for (std::int64_t i = 0; i < neuron.size; ++i, ++at) {
        const Way way = way_of(tree_, at);
        if (way.end < 0 || way.end != end) return false;
        out.depth.push_back(way.hops);
      }
      const Route route = route_from(end);
      const std::int64_t most = configuration_.multipliers / configuration_.write_ports;
      if (route.input > most || !ends.insert(end).second || !inputs.insert({route.line, route.input}).second)
        return false;
      out.shared_lines |= !lines.insert(route.line).second;
      out.routes.push_back(route);
    }
    return true;
  }

  Route route_from(int end) const {
    const Adder& adder = tree_.nodes()[static_cast<std::size_t>(end)];
    const Adder& last = adder.to_fold ? tree_.nodes()[static_cast<std::size_t>(adder.fold)] : adder;
    std::int64_t later = configuration_.network == Network::asnetwork && configuration_.accumulation_buffer ? 1 : 0;
    if (adder.to_fold) later = end == 0 ? 0 : 1;  // the extra node runs after the root, in the same cycle
    return {last.line, last.input, later};
  }

  // Lets products run until nothing moves. With `fronts`, only those of front multipliers.
  Counters send(bool fronts, std::size_t expected) {
    Counters counters;
    Adders adders(tree_, 1, counters);
    std::size_t at = 0;
    for (std::size_t v = 0; v < setting_.neurons.size(); ++v)
      for (std::int64_t i = 0; i < setting_.neurons[v].size; ++i, ++at)
        if (!fronts || i == 0) adders.leaves()[adders.first_leaf() + at].send({static_cast<std::int32_t>(v)});
    std::vector<int> results(setting_.neurons.size());
    std::size_t arrived = 0;
    for (int cycle = 0; cycle < 4 * tree_.levels() + 8 && (fronts || arrived < expected); ++cycle) {
      const std::int64_t before = counters.fifo_pushes;
      adders.cycle();
      if (counters.fifo_pushes == before) break;  // nothing moves
      for (Link& link : adders.outputs()) {
        if (!link.pending) continue;
        link.pending = false;
        for (const std::int32_t v : link.message) ++results[static_cast<std::size_t>(v)], ++arrived;
      }
    }
    if (!fronts)
      sound_ = static_cast<std::size_t>(std::ranges::count(results, 1)) == expected &&
               counters.fifo_pushes == counters.fifo_pops;
    return counters;
  }

  const Configuration& configuration_;
  const Setting& setting_;
  AdderTree tree_;
  bool sound_ = false;
};

// Multiplier i and accumulator i are one.
Routes temporal_routes(const Configuration& configuration, const Setting& setting) {
  Routes out;
  out.regular = true;
  std::int64_t i = 0;
  for (const Neuron& neuron : setting.neurons) {
    out.regular &= neuron.size == 1;
    out.depth.push_back(0);
    out.routes.push_back({i % configuration.write_ports, i / configuration.write_ports, 1});
    out.shared_lines |= i >= configuration.write_ports;
    ++i;
  }
  return out;
}

}  // namespace

Routes find_routes(const Configuration& configuration, const Setting& setting) {
  if (configuration.network == Network::temporalrn) return temporal_routes(configuration, setting);
  return Finder(configuration, setting).find();
}

}  // namespace dlas::accelerator
