// dlas map: the best tile for a layer or for each layer of a network, with the arms to compare with and a proven bound.
#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <cmath>
#include <filesystem>

#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include "base/file.h"
#include "base/text.h"
#include "cli/command.h"
#include "hardware/accelerator/network/layers.h"
#include "model/executor/fold.h"
#include "model/format/format.h"
#include "study/map/map.h"
#include "study/outline/outline.h"

namespace dlas::cli {
namespace {

namespace acc = accelerator;
namespace map = study::map;
using Json = nlohmann::ordered_json;

struct Options {
  std::string what, on, objective = "cycles", out;
  bool json = false;
};

struct Named {
  std::string name;
  acc::Convolution layer;
  bool connected = false;
};

// A layer in words, or the different layers of a model.
Result<std::vector<Named>> layers_of(const Options& o) {
  if (o.what.starts_with("conv:")) {
    DLAS_ASSIGN(const acc::Convolution layer, acc::parse_convolution(o.what));
    return std::vector<Named>{{"layer", layer, false}};
  }
  DLAS_ASSIGN(Model model, load(o.what));
  DLAS_TRY(bind_sizes(model.graph, study::single_sizes(model.graph)));
  std::vector<Named> out;
  std::set<acc::Convolution> seen;
  for (const acc::NetworkLayer& one : acc::layers_of(model.graph)) {
    if (!one.host.empty() || !one.no_convolution.empty()) continue;
    const acc::Convolution layer = one.convolution ? *one.convolution : one.product->as_convolution();
    if (seen.insert(layer).second) out.push_back({one.name, layer, !one.convolution});
  }
  if (out.empty()) return make_error(Code::unsupported, "a convolution or matrix product", "none").in(o.what);
  return out;
}

struct Arm {
  std::string_view name;
  acc::Tile tile;
};

// Nothing when the tile does not run on the design.
std::optional<double> value_of(map::Objective objective, const acc::Configuration& c, const acc::Convolution& layer,
                               const acc::Tile& tile) {
  const auto outcome = acc::simulate(c, acc::DenseJob{layer, tile});
  return outcome.ok() ? std::optional(map::value(objective, c, *outcome)) : std::nullopt;
}

// The folder for the tiles, made when its parent is there.
Status make_folder(const Options& o) {
  if (o.out.empty() || path_kind(o.out) == PathKind::folder) return {};
  std::error_code failed;
  std::filesystem::create_directory(o.out, failed);
  if (!failed) return {};
  return make_error(Code::io, "a folder that can be made", failed.message()).in(o.out);
}

Status write_tile(const Options& o, std::size_t index, const Named& one, const acc::Tile& tile) {
  if (o.out.empty()) return {};
  return write_file(o.out + "/tile_" + std::to_string(index + 1) + ".txt", tile.file(one.connected));
}

std::string number(double value) {
  const bool whole = value >= 0 && value < 0x1p53 && value == std::floor(value);
  return whole ? thousands(static_cast<std::uint64_t>(value)) : significant(value, 6);
}

// How many times `sum` an arm takes.
std::string times(const std::optional<double>& arm, double sum) {
  return arm ? fmt::format("{:.2f} x", *arm / sum) : "does not run";
}

Status run(const Options& o) {
  DLAS_ASSIGN(const acc::Configuration c, acc::configuration_of(o.on));
  DLAS_ASSIGN(const map::Objective objective, map::parse_objective(o.objective));
  DLAS_TRY(make_folder(o));
  DLAS_ASSIGN(const auto layers, layers_of(o));
  std::string lines;
  Json list = Json::array();
  double sum = 0;
  std::optional<double> sums[3] = {0, 0, 0};  // nothing: an arm does not run somewhere
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const Named& one = layers[i];
    Result<map::Found> found = map::search(c, one.layer, {.objective = objective});
    if (!found.ok()) return found.error().at_node(one.name, "");
    const double best = map::value(objective, c, found->best.outcome);
    const Arm arms[] = {{"basic", map::basic_tile()},
                        {"bifrost", map::bifrost_tile(c, one.layer)},
                        {"mrna", map::utilisation_tile(c, one.layer)}};
    lines += fmt::format("{}\n  best     {:>16}  {}\n", for_terminal(one.name), number(best), found->best.tile.text());
    lines += found->proven
                 ? fmt::format(
                       "           {:>16}  no tile is better, as docs/accelerators.md says ({} legal, {} simulated)\n",
                       "", found->legal, found->simulated)
                 : fmt::format("  bound    {:>16}  no tile is below ({:.1f} % away; {} legal tiles, {} simulated)\n",
                               number(found->bound), 100 * (best / std::max(1.0, found->bound) - 1), found->legal,
                               found->simulated);
    Json entry = {{"name", valid_utf8(one.name)},    {"layer", one.layer.text()},
                  {"tile", found->best.tile.text()}, {"value", best},
                  {"bound", found->bound},           {"proven", found->proven}};
    for (std::size_t a = 0; a < 3; ++a) {
      const auto value = value_of(objective, c, one.layer, arms[a].tile);
      lines += value ? fmt::format("  {:<8} {:>16}  {:.2f} x  {}\n", arms[a].name, number(*value), *value / best,
                                   arms[a].tile.text())
                     : fmt::format("  {:<8} {:>16}  {}\n", arms[a].name, "does not run", arms[a].tile.text());
      entry[std::string(arms[a].name)] = {{"tile", arms[a].tile.text()},
                                          {"value", value ? Json(*value) : Json(nullptr)}};
      sums[a] = value && sums[a] ? std::optional(*sums[a] + *value) : std::nullopt;
    }
    sum += best;
    list.push_back(std::move(entry));
    DLAS_TRY(write_tile(o, i, one, found->best.tile));
  }
  const std::string first =
      fmt::format("{} {} over {} different layers on {}; basic {}, bifrost {}, mrna {} of it\n\n", number(sum),
                  o.objective, layers.size(), c.text(), times(sums[0], sum), times(sums[1], sum), times(sums[2], sum));
  print(o.json ? pretty({{"schema", "dlas.map/1"},
                         {"on", c.text()},
                         {"objective", o.objective},
                         {"sum", sum},
                         {"layers", list}})
               : first + lines);
  return {};
}

}  // namespace

void add_map(CLI::App& app, int& status) {
  CLI::App* command =
      app.add_subcommand("map", "the best tile of each layer for a reconfigurable accelerator, on true cycles");
  auto o = std::make_shared<Options>();
  command->add_option("WHAT", o->what, "a model, or one layer: conv:R=3,S=3,C=64,K=64,X=58,Y=58")
      ->required()
      ->type_name("");
  command->add_option("--on", o->on, "the accelerator: a STONNE .cfg file, or maeri: and its sizes")
      ->required()
      ->type_name("WHAT");
  command->add_option("--objective", o->objective, "cycles, energy (table units) or edp, their product")
      ->type_name("WHICH")
      ->capture_default_str();
  command->add_option("--out", o->out, "write STONNE mapping files tile_1.txt, ... into this folder")
      ->type_name("FOLDER");
  command->add_flag("--json", o->json, "as JSON");
  command->footer(
      "Examples:\n"
      "  dlas map a.onnx --on maeri:ms=128,dn=64,rn=64 --out tiles/\n"
      "  dlas map conv:R=3,S=3,C=64,K=64,X=58,Y=58 --on maeri:ms=128,dn=64,rn=64,buffer=1");
  command->callback([o, &status] { status = conclude(run(*o), o->json); });
}

}  // namespace dlas::cli
