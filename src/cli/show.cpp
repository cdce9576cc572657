// dlas show: what a model file holds. Unknown operators do not stop it.
#include <fmt/format.h>

#include <map>

#include "base/file.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/drawing.h"
#include "model/format/format.h"

namespace dlas::cli {
namespace {

using Json = nlohmann::ordered_json;

struct Options {
  std::string model, graph;
  bool json = false;
};

std::map<std::string, std::int64_t> operator_counts(const Graph& graph) {
  std::map<std::string, std::int64_t> counts;
  for (const Node& node : graph.nodes()) ++counts[node.op_name];
  return counts;
}

std::string_view severity(Severity s) {
  switch (s) {
    case Severity::info: return "info";
    case Severity::warning: return "warning";
    case Severity::not_executable: return "not executable";
  }
  return "info";
}

std::int64_t quantised_values(const Graph& graph) {
  std::int64_t count = 0;
  for (const Value& value : graph.values()) count += value.type.quantized();
  return count;
}

Json values_json(const Graph& graph, const std::vector<ValueId>& ids) {
  Json list = Json::array();
  for (const ValueId id : ids)
    list.push_back({{"name", valid_utf8(graph.value(id).name)}, {"type", valid_utf8(text(graph.value(id).type))}});
  return list;
}

Json to_json(const Model& model) {
  const Graph& graph = model.graph;
  const Totals sums = totals(graph);
  Json json = {{"schema", "dlas.show/1"},
               {"file", valid_utf8(model.path)},
               {"format", model.format},
               {"content", text(model.content)},
               {"inputs", values_json(graph, graph.inputs)},
               {"outputs", values_json(graph, graph.outputs)},
               {"nodes", graph.nodes().size()},
               {"parameters", sums.parameters},
               {"parameter_bytes", sums.parameter_bytes},
               {"macs", sums.macs},
               {"peak_activation_bytes", sums.peak_activation_bytes},
               {"quantised_values", quantised_values(graph)}};
  json["operators"] = Json::object();
  for (const auto& [name, count] : operator_counts(graph)) json["operators"][valid_utf8(name)] = count;
  json["notes"] = Json::array();
  for (const Note& note : graph.notes)
    json["notes"].push_back(
        {{"severity", severity(note.severity)}, {"node", valid_utf8(note.node)}, {"text", valid_utf8(note.text)}});
  return json;
}

std::string to_lines(const Model& model) {
  const Graph& graph = model.graph;
  const Totals sums = totals(graph);
  std::string out = for_terminal(model.path) + "  " + model.format + "  " + text(model.content) + "\n";
  for (const ValueId id : graph.inputs)
    out += fmt::format("input       {}  {}\n", for_terminal(graph.value(id).name),
                       for_terminal(text(graph.value(id).type)));
  for (const ValueId id : graph.outputs)
    out += fmt::format("output      {}  {}\n", for_terminal(graph.value(id).name),
                       for_terminal(text(graph.value(id).type)));
  out += fmt::format("nodes       {}\nparameters  {} ({} bytes)\nMACs        {}\nmemory      {} bytes of activations\n",
                     thousands(graph.nodes().size()), thousands(sums.parameters), thousands(sums.parameter_bytes),
                     thousands(sums.macs), thousands(sums.peak_activation_bytes));
  if (const std::int64_t count = quantised_values(graph); count > 0)
    out += fmt::format("quantised   {} values\n", count);
  out += "operators\n";
  for (const auto& [name, count] : operator_counts(graph))
    out += fmt::format("  {:>6}  {}\n", count, for_terminal(name));
  for (const Note& note : graph.notes)
    out += fmt::format("{}: {}{}\n", severity(note.severity),
                       note.node.empty() ? "" : "node '" + for_terminal(note.node) + "': ", for_terminal(note.text));
  return out;
}

Status write_graph(const Graph& graph, const std::string& path) {
  const std::string kind = extension_of(path);
  if (kind == ".dot") return write_file(path, dot(graph));
  if (kind == ".txt") return write_file(path, listing(graph));
  return make_error(Code::usage, "--graph with a name that ends in .dot or .txt", path)
      .try_this("dlas show FILE --graph out.dot && dot -Tsvg out.dot -o out.svg");
}

Status show(const Options& o) {
  DLAS_ASSIGN(const Model model, load(o.model));
  if (!o.graph.empty()) DLAS_TRY(write_graph(model.graph, o.graph));
  print(o.json ? pretty(to_json(model)) : to_lines(model));
  return {};
}

}  // namespace

void add_show(CLI::App& app, int& status) {
  CLI::App* command = app.add_subcommand("show", "what a model file holds: inputs, outputs, operators, sizes, notes");
  auto o = std::make_shared<Options>();
  command->add_option("FILE", o->model, "a model: .onnx or .tflite")->required();
  command->add_option("--graph", o->graph, "write the graph as .dot (Graphviz) or .txt");
  command->add_flag("--json", o->json, "as JSON");
  command->footer("Example: dlas show a.onnx --graph a.dot");
  command->callback([o, &status] {
    if (auto done = show(*o); !done.ok()) status = fail(done.error());
  });
}

}  // namespace dlas::cli
