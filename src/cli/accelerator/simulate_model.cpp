#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/accelerator/simulate.h"
#include "cli/command.h"
#include "hardware/accelerator/energy.h"
#include "model/executor/fold.h"
#include "model/format/format.h"
#include "study/map/network.h"
#include "study/outline/outline.h"

namespace dlas::cli {
namespace {

namespace acc = accelerator;
using study::map::LayerRun;
using study::map::NetworkRun;
using Json = nlohmann::ordered_json;

std::string count(std::int64_t n) { return thousands(static_cast<std::uint64_t>(n)); }

std::string layer_line(const LayerRun& run, bool all) {
  if (!run.host.empty()) {
    if (!all && !run.layer.arithmetic) return {};
    return fmt::format("  {:<28.28} {:<10} on the host: {}\n", for_terminal(run.layer.name, 28),
                       for_terminal(run.layer.op, 20), run.host);
  }
  return fmt::format("  {:<28.28} {:<10} {:>15} cycles {:>6.1f} %  {}{}\n", for_terminal(run.layer.name, 28),
                     for_terminal(run.layer.op, 20), count(run.outcome.cycles), 100 * run.utilisation, run.tile,
                     run.proven ? "  (no tile is better)" : "");
}

// Causes that cost something, largest first.
std::string stalls_text(const acc::Stalls& stalls) {
  std::vector<acc::StallEntry> causes(acc::stall_table().begin(), acc::stall_table().end());
  std::ranges::stable_sort(causes, std::ranges::greater(), [&](const acc::StallEntry& e) { return stalls.*e.field; });
  std::string out = "cycles by cause:";
  for (const acc::StallEntry& entry : causes)
    if (stalls.*entry.field > 0)
      out += fmt::format(" {} {:.1f} %,", entry.name,
                         100.0 * static_cast<double>(stalls.*entry.field) / static_cast<double>(stalls.total()));
  if (out.back() == ',') out.pop_back();
  return out + "\n";
}

Json stalls_json(const acc::Stalls& stalls) {
  Json out;
  for (const acc::StallEntry& entry : acc::stall_table()) out[std::string(entry.name)] = stalls.*entry.field;
  return out;
}

std::string text_of(const NetworkRun& run, const SimulateOptions& o) {
  const acc::Energy energy = acc::energy(run.configuration, run.total);
  const double products = static_cast<double>(run.products);
  const double most = static_cast<double>(run.configuration.multipliers) * static_cast<double>(run.total.cycles);
  std::string out = fmt::format("{} cycles on {}\n", count(run.total.cycles), run.configuration.text());
  if (o.clock_mhz > 0)
    out +=
        fmt::format("{:.6g} ms at {} MHz\n", static_cast<double>(run.total.cycles) / o.clock_mhz / 1000, o.clock_mhz);
  out += fmt::format("{} of {} multiplications a cycle ({:.1f} %), {} reads and {} writes of the global buffer\n",
                     significant(most > 0 ? products / static_cast<double>(run.total.cycles) : 0),
                     run.configuration.multipliers, most > 0 ? 100 * products / most : 0,
                     count(run.total.counters.sram_reads()), count(run.total.counters.sram_psum_writes));
  out += stalls_text(run.stalls);
  out += fmt::format("energy {} and area {} in units of STONNE's table, which names none\n",
                     significant(energy.total(), 6), significant(energy.area, 6));
  out += fmt::format("{} layers simulated one after the other, {} on the host and not counted\n\n",
                     static_cast<std::int64_t>(run.layers.size()) - run.host_layers, run.host_layers);
  for (const LayerRun& layer : run.layers) out += layer_line(layer, o.all);
  return out;
}

Json counters_json(const acc::Outcome& outcome) {
  Json out = {{"cycles", outcome.cycles}};
  for (const acc::CounterEntry& entry : acc::counter_table())
    out[std::string(entry.name)] = outcome.counters.*entry.field;
  return out;
}

Json json_of(const NetworkRun& run, const SimulateOptions& o) {
  const acc::Energy energy = acc::energy(run.configuration, run.total);
  Json layers = Json::array();
  for (const LayerRun& one : run.layers) {
    Json entry = {{"name", valid_utf8(one.layer.name)}, {"operator", valid_utf8(one.layer.op)}};
    if (!one.host.empty()) {
      entry["host"] = one.host;
    } else {
      entry["tile"] = one.tile;
      entry["proven_best"] = one.proven;
      entry["utilisation"] = one.utilisation;
      entry.update(counters_json(one.outcome));
      entry["cycles_by_cause"] = stalls_json(one.stalls);
    }
    layers.push_back(std::move(entry));
  }
  return {{"schema", "dlas.simulate/1"},
          {"model", valid_utf8(o.model)},
          {"on", run.configuration.text()},
          {"map", o.tiles.empty() ? o.map : "files"},
          {"mode", o.mode},
          {"total", counters_json(run.total)},
          {"cycles_by_cause", stalls_json(run.stalls)},
          {"energy_table_units", energy.total()},
          {"area_table_units", energy.area},
          {"layers", layers}};
}

}  // namespace

Result<int> simulate_model(const SimulateOptions& o) {
  DLAS_ASSIGN(acc::Configuration configuration, acc::configuration_of(o.on));
  if (o.mode == "physical") {
    configuration.wide_write_back = true;
    configuration.overlap_blocks = configuration.design == acc::Design::maeri;
  }
  const study::map::Memory memory{.bytes_per_cycle = o.dram,
                                  .latency = o.dram_latency,
                                  .buffer_bytes = o.sram_kib * 1024,
                                  .element_bytes = o.element_bytes,
                                  .double_buffering = !o.single_buffer};
  DLAS_ASSIGN(const auto rule, study::map::parse_rule(o.map));
  if (o.mapped && configuration.design != acc::Design::maeri)
    return make_error(Code::usage, "--map with a maeri, which alone has tiles to choose", configuration.text());
  std::vector<acc::Tile> tiles;
  for (const std::string& path : o.tiles) {
    DLAS_ASSIGN(const acc::Tile tile, acc::read_tile(path));
    tiles.push_back(tile);
  }
  DLAS_ASSIGN(Model model, load(o.model));
  DLAS_TRY(bind_sizes(model.graph, study::single_sizes(model.graph)));
  DLAS_ASSIGN(const NetworkRun run, study::map::run_network(configuration, model.graph, rule, tiles, memory));
  print(o.json ? pretty(json_of(run, o)) : text_of(run, o));
  return kAgree;
}

}  // namespace dlas::cli
