// What the graphs inside a node that stays (a Loop, an If whose condition is not constant) read from outside: the node
// depends on these values as on its inputs.
#include <fmt/format.h>

#include <set>

#include "base/limits.h"
#include "model/format/onnx/attributes.h"
#include "model/format/onnx/build.h"

namespace dlas::onnx {
namespace {

struct Level {
  std::set<std::string_view> names = {};  // made inside this graph
  std::size_t outer = 0;                  // index of the level around it
  std::uint64_t depth = 1;
};

// Level 0 is the outside and has no names.
bool inside(const std::vector<Level>& levels, std::size_t level, std::string_view name) {
  for (; level != 0; level = levels[level].outer)
    if (levels[level].names.contains(name)) return true;
  return false;
}

Level level_of(const GraphProto& graph, std::size_t outer, std::uint64_t depth) {
  Level level{{}, outer, depth};
  for (const ValueInfoProto& i : graph.inputs) level.names.insert(i.name);
  for (const TensorProto& t : graph.initializers) level.names.insert(t.name);
  for (const NodeProto& n : graph.nodes) level.names.insert(n.outputs.begin(), n.outputs.end());
  return level;
}

struct Open {
  Message graph;
  std::size_t outer = 0;
};

void open_graphs(const NodeProto& node, std::size_t level, std::vector<Open>& open) {
  for (const AttributeProto& a : node.attributes)
    if (a.g) open.push_back({*a.g, level});
}

}  // namespace

void Build::add_captures(const NodeProto& proto, const Scope& scope, Draft& draft) {
  std::vector<Level> levels(1);
  std::vector<Open> open;
  std::set<std::string_view> seen;
  std::set<ValueId> present(draft.inputs.begin(), draft.inputs.end());
  open_graphs(proto, 0, open);
  const auto read = [&](std::size_t level, std::string_view name) {
    if (name.empty() || inside(levels, level, name) || !seen.insert(name).second) return;
    const ValueId value = scope.find(name);
    if (value == kNone)
      return problem(make_error(Code::graph, "inputs that something computes", fmt::format("'{}'", name))
                         .at(proto.offset)
                         .at_node(draft.name, draft.op_type));
    if (present.insert(value).second) draft.inputs.push_back(value);
  };
  while (!open.empty()) {
    const Open next = open.back();
    open.pop_back();
    const std::uint64_t depth = levels[next.outer].depth + 1;
    if (depth > limits().subgraph_depth)
      return problem(make_error(Code::limit, fmt::format("at most {} nested graphs", limits().subgraph_depth), "more")
                         .at(proto.offset)
                         .at_node(draft.name, draft.op_type));
    if (!spend(next.graph.bytes.size() / 64)) return;
    const auto graph = parse_graph(next.graph);
    if (!graph.ok()) return problem(graph.error());
    const std::size_t level = levels.size();
    levels.push_back(level_of(*graph, next.outer, depth));
    for (const NodeProto& n : graph->nodes) {
      for (const std::string_view name : n.inputs) read(level, name);
      open_graphs(n, level, open);
    }
    for (const ValueInfoProto& o : graph->outputs) read(level, o.name);
  }
}

}  // namespace dlas::onnx
