#include "hardware/accelerator/maeri/compute.h"

#include <algorithm>

#include "hardware/accelerator/fabric/traffic.h"
#include "hardware/accelerator/maeri/reads.h"
#include "hardware/accelerator/maeri/stepper.h"

namespace dlas::accelerator::maeri {
namespace {

void count_waves(const Layout& l, Counters& c) {
  const Plan& p = l.plan;
  const std::int64_t steps = p.blocks() * p.folds();
  count_wave(l.weights, steps, c);
  count_wave(l.full, steps * p.full_windows(), c);
  count_wave(l.last, steps * (p.windows() - p.full_windows()), c);
}

// Inputs that multipliers hand to their left neighbours: out of one queue, into another.
void count_sliding(const Plan& p, Counters& c) {
  if (!p.sliding) return;
  const std::int64_t passed =
      p.blocks() * p.rows * (p.columns - 1) * p.folds() * p.tile.neurons() * p.tile.r * p.tile.c * (p.tile.s - 1);
  c.mn_wire_writes += passed;
  c.fifo_pushes += 2 * passed;
  c.fifo_pops += 2 * passed;
}

// Front multipliers: a zero for each window and one too many at the end, partial sums for the other folds.
void count_fronts(const Layout& l, Counters& c) {
  const Plan& p = l.plan;
  if (!p.through_memory) return;
  const std::int64_t each = (p.folds() - 1) * p.windows() * p.blocks();
  Wave wave(l.configuration.read_ports, l.configuration.lanes_per_port());
  for (std::int64_t v = 0; v < p.tile.neurons(); ++v) {
    const auto lane = static_cast<std::int32_t>(v * p.span());
    wave.add(std::span(&lane, 1));
  }
  count_wave(wave, each, c);
  const std::int64_t psums = each * p.tile.neurons();
  const std::int64_t sent = (p.folds() * p.windows() * p.blocks() + 1) * p.tile.neurons();
  c.ms_psum_forwards += psums;
  c.rn_wire_writes += sent;
  c.fifo_pushes += psums + sent;
  c.fifo_pops += psums + sent;
  c += l.routes.fronts;
}

}  // namespace

Counters counters_of(const Layout& l) {
  const Plan& p = l.plan;
  Counters c;
  count_waves(l, c);
  const std::int64_t used = p.tile.neurons() * p.tile.neuron(), steps = p.blocks() * p.folds();
  const std::int64_t partial = p.windows() - p.full_windows();
  count_flow(l.configuration, l.routes,
             {.weights = steps * used,
              .inputs = steps * (p.full_windows() * used + partial * l.last.deliveries()),
              .products = steps * p.windows() * used,
              .steps = steps * p.windows(),
              .results = p.blocks() * p.results_per_block()},
             c);
  c.fifo_pops += (p.blocks() - 1) * p.folds() * used;  // weights that those of the next block cleared
  count_sliding(p, c);
  count_fronts(l, c);
  count_reads(p, c);
  return c;
}

std::int64_t least_cycles(const Layout& l) {
  const Plan& p = l.plan;
  const std::int64_t partial = p.windows() - p.full_windows();
  std::int64_t block = p.folds() * (1 + p.windows());
  for (std::size_t port = 0; port < l.full.ports().size(); ++port) {
    const auto load = [&](const Wave& wave) { return static_cast<std::int64_t>(wave.ports()[port].size()); };
    block = std::max(block, p.folds() * (load(l.weights) + p.full_windows() * load(l.full) + partial * load(l.last)));
  }
  if (p.through_memory) {
    std::int64_t depth = 0;
    for (std::int64_t v = 0; v < p.tile.neurons(); ++v)
      depth = std::max(depth, l.routes.depth[static_cast<std::size_t>(v * p.span())]);
    block = std::max(block, p.windows() * ((p.folds() - 1) * (l.tree + depth + 2) + 1));
  }
  // Blocks that drain add the way of the last product to the buffer; others overlap, but ports and partial sums go on one by one.
  return p.blocks() * (block + (drains_between_blocks(p) ? l.tree + 2 : 0));
}

Layout::Layout(const Configuration& configuration_, const Plan& plan_)
    : configuration(configuration_),
      plan(plan_),
      setting(plan_.setting()),
      routes(find_routes(configuration_, setting)),
      weights(plan_.weights(configuration_)),
      full(plan_.inputs(configuration_, false)),
      last(plan_.inputs(configuration_, true)),
      tree(configuration_.lanes_per_port() > 1 ? 1 : 0) {}

bool drains_between_blocks(const Plan& p) {
  if (p.blocks() == 1) return true;
  if (p.overlap) return false;
  return p.batches == 1 && p.tile.n == 1 && p.rows * p.tile.x == p.out_x && p.columns * p.tile.y == p.out_y &&
         (p.group_blocks == 1 || p.filter_blocks * p.tile.k == p.filters);
}

Result<Outcome> compute(const Configuration& configuration, const Plan& plan) {
  const Layout layout(configuration, plan);
  if (!layout.routes.regular) return step(configuration, plan);
  const auto cycles = plan.through_memory ? loop_cycles(layout) : pipeline_cycles(layout);
  if (!cycles) return step(configuration, plan);
  return Outcome{*cycles, counters_of(layout)};
}

}  // namespace dlas::accelerator::maeri
