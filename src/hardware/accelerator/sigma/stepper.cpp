#include "hardware/accelerator/sigma/stepper.h"

#include <numeric>

#include "hardware/accelerator/sigma/groups.h"

namespace dlas::accelerator::sigma {
namespace {

Error stuck(const Group& group) {
  return make_error(Code::unsupported, "a product that STONNE can run",
                    "results get lost in the group that starts at stationary vector " + std::to_string(group.first));
}

// Runs one group; gives the cycles it takes.
Result<std::int64_t> step_group(const Configuration& c, Fabric& fabric, const Group& group, std::int64_t vectors) {
  const Wave weights = group.weights(c), inputs = group.inputs(c);
  const std::int64_t all = vectors * static_cast<std::int64_t>(group.neurons.size());
  const std::int64_t patience = 64 + 8 * c.multipliers + 2 + vectors * (2 + inputs.busiest());
  std::int64_t counted = 0, cycle = 0, quiet = 0;
  while (counted < all) {
    ++cycle;
    if (cycle == 1 && !fabric.set(group.setting())) return stuck(group);
    if (cycle == 2) fabric.enqueue(weights, Cargo::weight);
    if (cycle > 2 && cycle <= 2 + vectors) {
      if (group.continued) fabric.enqueue_psum(0);
      fabric.enqueue(inputs, Cargo::input);
    }
    const auto results = static_cast<std::int64_t>(fabric.take_results().size());
    counted += results;
    quiet = results > 0 ? 0 : quiet + 1;
    fabric.send();
    fabric.advance();
    if (quiet > patience) return stuck(group);
  }
  return cycle;
}

}  // namespace

Result<Outcome> step(const Configuration& configuration, const SparseProduct& operands) {
  Outcome out;
  Fabric fabric(configuration, out.counters);
  const std::int64_t vectors = operands.streamed.rows();
  const auto reads = streamed_by_index(operands.streamed);
  Groups groups(operands.stationary, configuration.multipliers);
  while (const auto group = groups.next()) {
    DLAS_ASSIGN(const std::int64_t cycles, step_group(configuration, fabric, *group, vectors));
    out.cycles += cycles;
    Counters& c = out.counters;
    ++c.reconfigurations;
    c.sram_weight_reads += group->mapped;
    c.sram_input_reads += std::accumulate(reads.begin() + group->from, reads.begin() + group->to, std::int64_t{0});
    c.sram_psum_reads += group->continued ? vectors : 0;
    c.sram_psum_writes += vectors * static_cast<std::int64_t>(group->neurons.size());
  }
  return out;
}

}  // namespace dlas::accelerator::sigma
