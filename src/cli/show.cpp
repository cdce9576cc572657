// dlas show: what a model file holds. Unknown operators do not stop it.
#include "cli/show.h"

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/destination.h"
#include "cli/graph_file.h"
#include "cli/options.h"
#include "model/format/tflite/reader.h"
#include "model/format/weights.h"

namespace dlas::cli {
namespace {

struct Options {
  std::string model, graph, weights_from, signature;
  bool expand = false, nodes = false, weights = false, json = false;
};

Result<std::optional<tflite::Metadata>> metadata_of(const Model& model) {
  if (model.format != "TFLite") return std::optional<tflite::Metadata>();
  DLAS_ASSIGN(const File file, open_file(model.path));
  return tflite::metadata(file);
}

// NaN and infinity in a weight are faults that only reading all of them shows.
void add_faults(const std::vector<study::WeightRange>& weights, study::Outline& outline) {
  for (const study::WeightRange& range : weights) {
    if (range.nans + range.infinities == 0) continue;
    outline.faults.push_back({Severity::warning, "",
                              "constant '" + range.name + "' holds " + std::to_string(range.nans) + " NaN and " +
                                  std::to_string(range.infinities) + " infinite numbers"});
  }
}

// What a file that cannot be read holds: its faults.
Error refuse(const Error& error, bool json) {
  const auto problems = problems_of(error);
  if (json || problems.size() == 1) return error;
  std::string out = "faults      " + std::to_string(problems.size()) + "\n";
  for (const std::string& problem : problems) out += "  error: " + for_terminal(problem, 1000) + "\n";
  print(out);
  return error;
}

Status show(const Options& o) {
  DLAS_TRY(check_destination(o.graph, {o.model}));
  Result<Model> loaded = load_with_weights(o.model, o.weights_from, o.signature);
  if (!loaded.ok()) return refuse(loaded.error(), o.json);
  const Model& model = *loaded;
  DLAS_ASSIGN(const auto pictures, metadata_of(model));
  study::Outline outline = study::outline(model.graph);
  Shown shown{model, outline, pictures, o.nodes, {}};
  if (o.weights) shown.weights = study::weight_ranges(model.graph);
  add_faults(shown.weights, outline);
  if (!o.graph.empty()) DLAS_TRY(write_graph(model.graph, o.graph, o.expand));
  print(o.json ? pretty(show_json(shown)) : show_text(shown));
  return {};
}

}  // namespace

void add_show(CLI::App& app, int& status) {
  CLI::App* command = app.add_subcommand("show", "what a model file holds: inputs, outputs, operators, sizes, faults");
  auto o = std::make_shared<Options>();
  add_model(*command, "FILE", o->model, kModelHelp);
  command->add_option("--graph", o->graph, "write the graph: a picture .svg, Graphviz .dot, or .txt")
      ->type_name("FILE");
  command->add_flag("--expand", o->expand,
                    "draw every node; else a graph of more than 150 is folded: chains, repeated blocks");
  command->add_flag("--nodes", o->nodes, "list the nodes, one a line, with their work");
  command->add_flag("--weights", o->weights, "list the constants with place, range and NaN; reads all of them");
  add_weights_option(*command, "--weights-from", o->weights_from);
  add_signature_option(*command, "--signature", o->signature);
  command->add_flag("--json", o->json, "as JSON, nodes and constants included");
  command->footer(
      "Examples:\n"
      "  dlas show a.onnx\n"
      "  dlas show b.tflite --json\n"
      "  dlas show a.onnx --nodes | grep Conv\n"
      "  dlas show a.onnx --graph a.svg");
  command->callback([o, &status] { status = conclude(show(*o), o->json); });
}

}  // namespace dlas::cli
