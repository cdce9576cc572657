#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/command.h"
#include "cli/simulate.h"
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
    const bool ours = run.host != "not a convolution or matrix product";
    if (!all && !ours) return {};
    return fmt::format("  {:<28.28} {:<10} on the host: {}\n", for_terminal(run.layer.name, 28),
                       for_terminal(run.layer.op, 20), run.host);
  }
  return fmt::format("  {:<28.28} {:<10} {:>15} cycles {:>6.1f} %  {}{}\n", for_terminal(run.layer.name, 28),
                     for_terminal(run.layer.op, 20), count(run.outcome.cycles), 100 * run.utilisation, run.tile,
                     run.proven ? "  (no tile is better)" : "");
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
    }
    layers.push_back(std::move(entry));
  }
  return {{"schema", "dlas.simulate/1"},       {"model", valid_utf8(o.model)},
          {"on", run.configuration.text()},    {"map", o.tiles.empty() ? o.map : "files"},
          {"total", counters_json(run.total)}, {"energy_table_units", energy.total()},
          {"area_table_units", energy.area},   {"layers", layers}};
}

}  // namespace

Result<int> simulate_model(const SimulateOptions& o) {
  DLAS_ASSIGN(const acc::Configuration configuration, acc::configuration_of(o.on));
  DLAS_ASSIGN(const auto rule, study::map::parse_rule(o.map));
  std::vector<acc::Tile> tiles;
  for (const std::string& path : o.tiles) {
    DLAS_ASSIGN(const acc::Tile tile, acc::read_tile(path));
    tiles.push_back(tile);
  }
  DLAS_ASSIGN(Model model, load(o.model));
  DLAS_TRY(bind_sizes(model.graph, study::single_sizes(model.graph)));
  DLAS_ASSIGN(const NetworkRun run, study::map::run_network(configuration, model.graph, rule, tiles));
  print(o.json ? pretty(json_of(run, o)) : text_of(run, o));
  return kAgree;
}

}  // namespace dlas::cli
