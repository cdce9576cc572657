#include "report/graph/listing.h"

#include <fmt/format.h>

#include "base/text.h"

namespace dlas::report {
namespace {

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

std::string listing(const Graph& graph) {
  std::string out = "inputs  " + names(graph, graph.inputs, true) + "\n";
  for (const Node& node : graph.nodes())
    out += fmt::format("{} = {}({})\n", names(graph, node.outputs, true), for_terminal(node.op_name),
                       names(graph, node.inputs, false));
  return out + "outputs " + names(graph, graph.outputs, false) + "\n";
}

}  // namespace dlas::report
