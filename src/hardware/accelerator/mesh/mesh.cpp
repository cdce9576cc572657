#include "hardware/accelerator/mesh/mesh.h"

#include <algorithm>

namespace dlas::accelerator::mesh {

Status validate(const Configuration& configuration, const Job& job) {
  DLAS_TRY(accelerator::validate(job.product));
  const bool fits = job.t_m >= 1 && job.t_n >= 1 && job.t_m <= configuration.rows && job.t_n <= configuration.columns;
  if (fits) return {};
  return make_error(Code::usage,
                    "T_M from 1 to " + std::to_string(configuration.rows) + " rows, T_N from 1 to " +
                        std::to_string(configuration.columns) + " columns",
                    "T_M " + std::to_string(job.t_m) + ", T_N " + std::to_string(job.t_n));
}

Wave wave_of(const Configuration& configuration, const Tile& tile) {
  Wave wave(configuration.read_ports, configuration.lanes_per_port());
  for (std::int32_t j = 0; j < tile.columns; ++j) wave.add(std::span(&j, 1));
  for (std::int64_t i = 0; i < tile.rows; ++i) {
    const auto lane = static_cast<std::int32_t>(configuration.columns + i);
    wave.add(std::span(&lane, 1));
  }
  return wave;
}

Counters counters_of(const Configuration& configuration, const Tile& tile) {
  const std::int64_t k = tile.depth, results = tile.rows * tile.columns, products = results * k;
  const std::int64_t passed = k * (tile.rows * (tile.columns - 1) + (tile.rows - 1) * tile.columns);
  const Packet step = wave_of(configuration, tile).total();
  Counters c;
  c.multiplications = products;
  c.sram_weight_reads = k * tile.columns;
  c.sram_input_reads = k * tile.rows;
  c.sram_psum_writes = results;
  c.accumulator_adds = results * (k - 1);
  c.dn_wire_writes = k * step.wires;
  c.dn_switch_unicast = k * step.unicast;
  c.dn_switch_broadcast = k * step.broadcast;
  c.mn_wire_writes = passed;
  c.rn_wire_writes = products;
  c.cb_wire_writes = 2 * results;
  // Each product: two operands, itself towards the accumulator, and at the accumulator; each result: accumulator and line.
  c.fifo_pushes = c.fifo_pops = 4 * products + passed + 2 * results;
  c.reconfigurations = 1;
  return c;
}

Outcome run(const Configuration& configuration, const Job& job, Timing timing) {
  Outcome out;
  const auto parts = [](std::int64_t total, std::int64_t at_once) {
    return std::pair(total / at_once, total % at_once);  // whole tiles, and the size of one more, 0: none
  };
  const auto [whole_m, rest_m] = parts(job.product.m, job.t_m);
  const auto [whole_n, rest_n] = parts(job.product.n, job.t_n);
  const auto add = [&](std::int64_t rows, std::int64_t columns, std::int64_t times) {
    if (rows == 0 || columns == 0 || times == 0) return;
    const Tile tile{rows, columns, job.product.k};
    out.cycles += times * timing(configuration, tile);
    out.counters.add(counters_of(configuration, tile), times);
  };
  add(job.t_m, job.t_n, whole_m * whole_n);
  add(job.t_m, rest_n, whole_m);
  add(rest_m, job.t_n, whole_n);
  add(rest_m, rest_n, 1);
  return out;
}

}  // namespace dlas::accelerator::mesh
