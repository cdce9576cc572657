#include "hardware/accelerator/magma/stepper.h"

namespace dlas::accelerator::magma {

Setting Job::setting(std::int64_t row) const {
  Setting s;
  s.neurons.assign(static_cast<std::size_t>(t_n), {t_k, false});
  s.folds = s.accumulated = folds(row);
  return s;
}

Wave Job::weights(const Configuration& configuration) const {
  Wave wave(configuration.read_ports, configuration.lanes_per_port());
  std::vector<std::int32_t> lanes;
  for (std::int64_t j = 0; j < t_k; ++j) {
    lanes.clear();
    for (std::int64_t i = 0; i < t_n; ++i) lanes.push_back(static_cast<std::int32_t>(i * t_k + j));
    wave.add(lanes);
  }
  return wave;
}

Wave Job::inputs(const Configuration& configuration) const {
  Wave wave(configuration.read_ports, configuration.lanes_per_port());
  for (std::int32_t lane = 0; lane < t_n * t_k; ++lane) wave.add(std::span(&lane, 1));
  return wave;
}

Status validate(const Configuration& configuration, const Job& job) {
  if (job.t_n < 1 || job.t_k < 1 || job.t_n > configuration.multipliers ||
      job.t_k > configuration.multipliers / job.t_n)
    return make_error(Code::usage, "T_N x T_K from 1 to " + std::to_string(configuration.multipliers),
                      std::to_string(job.t_n) + " x " + std::to_string(job.t_k));
  if (job.columns < 1 || job.a.rows() < 1)
    return make_error(Code::usage, "matrices of at least one row and column", "an empty one");
  return {};
}

void count_reads(const Job& job, Counters& counters) {
  for (std::int64_t row = 0; row < job.a.rows(); ++row) counters.sram_weight_reads += job.elements(row);
  counters.sram_input_reads = counters.sram_weight_reads * job.columns;
  counters.sram_psum_writes = job.a.rows() * job.columns;
  counters.reconfigurations = 1;
}

Result<Outcome> step(const Configuration& configuration, const Job& job) {
  Outcome out;
  Fabric fabric(configuration, out.counters);
  const Wave weights = job.weights(configuration), inputs = job.inputs(configuration);
  const std::int64_t results = job.column_blocks() * job.t_n;
  for (std::int64_t row = 0; row < job.a.rows(); ++row) {
    const std::int64_t folds = job.folds(row), steps = folds * (1 + job.column_blocks());
    const std::int64_t patience =
        64 + 8 * configuration.multipliers + steps * (weights.busiest() + inputs.busiest() + 1);
    std::int64_t cycle = 0, counted = 0;
    while (counted < results) {
      ++cycle;
      if (cycle == 1 && !fabric.set(job.setting(row)))
        return make_error(Code::unsupported, "clusters that STONNE can run", "an assertion in its reduction network");
      if (cycle > 1 && cycle <= 1 + steps)
        fabric.enqueue(cycle <= 1 + folds ? weights : inputs, cycle <= 1 + folds ? Cargo::weight : Cargo::input);
      counted += static_cast<std::int64_t>(fabric.take_results().size());
      fabric.send();
      fabric.advance();
      if (cycle > patience + 4 * results)
        return make_error(Code::unsupported, "clusters that STONNE can run", "results that get lost");
    }
    out.cycles += cycle;
  }
  count_reads(job, out.counters);
  return out;
}

}  // namespace dlas::accelerator::magma
