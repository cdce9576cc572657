// A group that starts in cycle 1 queues its weights in cycle 2 and a streamed vector in each cycle from 3. A port with w weights sends its first
// input in cycle max(2 + w, 3) and is busy from then on. In a continued fold the partial sums, one for each vector, go first on port 0, so
// that all but its first weight wait until the last vector is queued.
#include "hardware/accelerator/sigma/compute.h"

#include <algorithm>
#include <map>
#include <numeric>

#include "hardware/accelerator/fabric/steady.h"
#include "hardware/accelerator/fabric/traffic.h"
#include "hardware/accelerator/sigma/groups.h"
#include "hardware/accelerator/sigma/stepper.h"

namespace dlas::accelerator::sigma {
namespace {

struct Timed {
  std::int64_t cycles = 0;
  Counters counters;
};

// What the time of a group depends on: the sizes of its neurons, and which lanes take the same streamed element.
std::vector<std::int64_t> pattern_of(const Group& group) {
  std::vector<std::int64_t> pattern = {group.continued};
  for (const Neuron& neuron : group.neurons) pattern.push_back(neuron.size);
  if (group.neurons.size() == 1) return pattern;
  std::vector<Group::Place> sorted = group.places;
  std::ranges::stable_sort(sorted, {}, &Group::Place::index);
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    if (i == 0 || sorted[i].index != sorted[i - 1].index) pattern.push_back(-1);
    pattern.push_back(sorted[i].lane);
  }
  return pattern;
}

constexpr std::size_t kMostPatterns = 4096;  // kept at once

// Nothing for an irregular group.
std::optional<Timed> compute_group(const Configuration& c, const Group& group, std::int64_t vectors) {
  const Setting setting = group.setting();
  const Routes routes = find_routes(c, setting);
  if (!routes.regular) return std::nullopt;
  const Wave weights = group.weights(c), inputs = group.inputs(c);
  const auto owner = owners(setting);
  const Pace pace = pace_of(inputs, routes, owner);
  Steady steady{.routes = routes,
                .pace = pace,
                .lines = c.write_ports,
                .wide = c.wide_write_back,
                .tree = c.lanes_per_port() > 1 ? 1 : 0};
  for (const auto& port : weights.ports())
    steady.start.push_back(std::max<std::int64_t>(2, 1 + static_cast<std::int64_t>(port.size())));
  steady.count = vectors;
  if (group.continued) {
    const auto held = static_cast<std::int64_t>(weights.ports().front().size());
    steady.start.front() = 2 + vectors + std::max<std::int64_t>(0, held - 1);
    steady.floor = {3 + steady.tree + routes.depth.front()};
  }
  Timed out{steady.end(), {}};
  count_wave(weights, 1, out.counters);
  count_wave(inputs, vectors, out.counters);
  const auto neurons = static_cast<std::int64_t>(group.neurons.size());
  count_flow(c, routes,
             {.weights = group.mapped,
              .inputs = vectors * inputs.deliveries(),
              .products = vectors * group.mapped,
              .steps = vectors,
              .results = vectors * neurons},
             out.counters);
  return out;
}

// Partial sums of a continued fold: one to lane 0 for each vector.
void count_psums(const Configuration& c, std::int64_t vectors, Counters& counters) {
  Wave wave(c.read_ports, c.lanes_per_port());
  const std::int32_t lane = 0;
  wave.add(std::span(&lane, 1));
  count_wave(wave, vectors, counters);
  counters.sram_psum_reads += vectors;
  counters.ms_psum_forwards += vectors;
  counters.rn_wire_writes += vectors;
  counters.fifo_pushes += 2 * vectors;
  counters.fifo_pops += 2 * vectors;
}

}  // namespace

Result<Outcome> compute(const Configuration& configuration, const SparseProduct& operands) {
  Outcome out;
  const std::int64_t vectors = operands.streamed.rows();
  const auto reads = streamed_by_index(operands.streamed);
  Groups groups(operands.stationary, configuration.multipliers);
  std::int64_t held = 0;
  std::map<std::vector<std::int64_t>, Timed> known;
  while (const auto group = groups.next()) {
    auto pattern = pattern_of(*group);
    auto found = known.find(pattern);
    if (found == known.end()) {
      const auto timed = compute_group(configuration, *group, vectors);
      if (!timed) return step(configuration, operands);
      if (known.size() == kMostPatterns) known.clear();
      found = known.emplace(std::move(pattern), *timed).first;
    }
    const Timed* timed = &found->second;
    out.cycles += timed->cycles;
    Counters& c = out.counters;
    c += timed->counters;
    c.fifo_pops += held;  // to configure is to clear the weights of the group before
    held = group->mapped;
    if (group->continued) count_psums(configuration, vectors, c);
    ++c.reconfigurations;
    c.sram_weight_reads += group->mapped;
    c.sram_input_reads += std::accumulate(reads.begin() + group->from, reads.begin() + group->to, std::int64_t{0});
    c.sram_psum_writes += vectors * static_cast<std::int64_t>(group->neurons.size());
  }
  return out;
}

}  // namespace dlas::accelerator::sigma
