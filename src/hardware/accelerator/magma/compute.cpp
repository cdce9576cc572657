#include "hardware/accelerator/magma/compute.h"

#include <map>

#include "hardware/accelerator/fabric/steady.h"
#include "hardware/accelerator/fabric/traffic.h"

namespace dlas::accelerator::magma {
namespace {

// Cycles of a row: configured in cycle 1, weights queued from cycle 2, inputs after them; every used port is busy throughout.
std::int64_t row_cycles(const Configuration& c, const Job& job, const Routes& routes, const Wave& weights,
                        const Pace& pace, std::int64_t folds) {
  Steady steady{.routes = routes,
                .pace = pace,
                .lines = c.write_ports,
                .wide = c.wide_write_back,
                .tree = c.lanes_per_port() > 1 ? 1 : 0};
  for (const auto& port : weights.ports()) steady.start.push_back(1 + folds * static_cast<std::int64_t>(port.size()));
  steady.first = folds - 1;
  steady.stride = folds;
  steady.count = job.column_blocks();
  return steady.end();
}

}  // namespace

Result<Outcome> compute(const Configuration& configuration, const Job& job) {
  const Setting setting = job.setting(0);
  const Routes routes = find_routes(configuration, setting);
  if (!routes.regular) return step(configuration, job);
  const Wave weights = job.weights(configuration), inputs = job.inputs(configuration);
  const Pace pace = pace_of(inputs, routes, owners(setting));
  std::map<std::int64_t, std::int64_t> rows;  // by folds
  for (std::int64_t row = 0; row < job.a.rows(); ++row) ++rows[job.folds(row)];
  Outcome out;
  const std::int64_t lanes = job.t_n * job.t_k, blocks = job.column_blocks();
  for (const auto& [folds, count] : rows) {
    out.cycles += count * row_cycles(configuration, job, routes, weights, pace, folds);
    Counters& c = out.counters;
    count_wave(weights, count * folds, c);
    count_wave(inputs, count * folds * blocks, c);
    count_flow(configuration, routes,
               {.weights = count * folds * lanes,
                .inputs = count * folds * blocks * lanes,
                .products = count * folds * blocks * lanes,
                .steps = count * folds * blocks,
                .results = count * blocks * job.t_n},
               c);
    c.fifo_pops += count * folds * lanes;  // weights are cleared before the next row
  }
  out.counters.fifo_pops -= job.folds(job.a.rows() - 1) * lanes;  // those of the last row stay
  count_reads(job, out.counters);
  return out;
}

}  // namespace dlas::accelerator::magma
