#include "cli/drawing.h"

#include <fmt/format.h>

#include "base/text.h"

namespace dlas::cli {
namespace {

std::string ends(const Graph& graph, const std::vector<ValueId>& ids, const char* prefix) {
  std::string out;
  for (const ValueId id : ids)
    out += fmt::format("  {}{} [shape=ellipse, label=\"{}\"];\n", prefix, id, for_dot(graph.value(id).name));
  return out;
}

std::string source(const Graph& graph, ValueId id) {
  const NodeId producer = graph.value(id).producer;
  return producer == kNone ? fmt::format("in{}", id) : fmt::format("n{}", producer);
}

std::string arrow(const Graph& graph, ValueId id, const std::string& to) {
  return fmt::format("  {} -> {} [label=\"{}\"];\n", source(graph, id), to, for_dot(text(graph.value(id).type)));
}

std::string names(const Graph& graph, const std::vector<ValueId>& ids, bool with_types) {
  std::string out;
  for (const ValueId id : ids) {
    if (!out.empty()) out += ", ";
    out += id == kNone ? "-" : for_terminal(graph.value(id).name);
    if (id != kNone && with_types) out += ": " + for_terminal(text(graph.value(id).type));
  }
  return out;
}

}  // namespace

std::string dot(const Graph& graph) {
  std::string out = "digraph model {\n  node [shape=box, fontname=\"sans-serif\"];\n" + ends(graph, graph.inputs, "in");
  NodeId at = 0;
  for (const Node& node : graph.nodes()) {
    out += fmt::format("  n{} [label=\"{}\", tooltip=\"{}\"];\n", at, for_dot(node.op_name), for_dot(node.name));
    for (const ValueId id : node.inputs)
      if (id != kNone && !graph.value(id).is_constant()) out += arrow(graph, id, fmt::format("n{}", at));
    ++at;
  }
  out += ends(graph, graph.outputs, "out");
  for (const ValueId id : graph.outputs)
    if (!graph.value(id).is_constant()) out += arrow(graph, id, fmt::format("out{}", id));
  return out + "}\n";
}

std::string listing(const Graph& graph) {
  std::string out = "inputs  " + names(graph, graph.inputs, true) + "\n";
  for (const Node& node : graph.nodes())
    out += fmt::format("{} = {}({})\n", names(graph, node.outputs, true), for_terminal(node.op_name),
                       names(graph, node.inputs, false));
  return out + "outputs " + names(graph, graph.outputs, false) + "\n";
}

}  // namespace dlas::cli
