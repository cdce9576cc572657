#include "study/localize/align/flow.h"

#include <algorithm>
#include <array>

namespace dlas::study::localize {
namespace {

std::size_t at(std::int32_t id) { return static_cast<std::size_t>(id); }

void link(Flow& flow, int reader, int read) {
  if (read < 0) return;
  flow.steps[at(reader)].reads.push_back(read);
  auto& feeds = flow.steps[at(read)].feeds;
  if (std::ranges::find(feeds, reader) == feeds.end()) feeds.push_back(reader);
}

void add_step(Flow& flow, const Graph& graph, ValueId v, NodeId n, std::size_t slot) {
  const auto index = static_cast<int>(flow.steps.size());
  flow.steps.push_back({v, n, slot, {}, {}});
  flow.of_value[at(v)] = index;
  if (n == kNone) return;
  for (const ValueId input : graph.node(n).inputs)
    if (input != kNone) link(flow, index, flow.of_value[at(input)]);
}

}  // namespace

bool passes_through(const Node& node) {
  static constexpr std::array kNames = {"Cast",    "Dropout", "Flatten",   "Identity",
                                        "Reshape", "Squeeze", "Transpose", "Unsqueeze"};
  return std::ranges::find(kNames, node.op_name) != kNames.end();
}

namespace {

// Pixels as integers that the graph makes floats of first: the floats stand for the input.
bool only_cast(const Graph& graph, const std::vector<std::vector<NodeId>>& users, ValueId v) {
  const auto& readers = users[at(v)];
  return !is_float(graph.value(v).type.dtype) && !readers.empty() && std::ranges::all_of(readers, [&](NodeId n) {
    const Node& node = graph.node(n);
    return node.op_name == "Cast" && is_float(graph.value(node.outputs[0]).type.dtype);
  });
}

}  // namespace

Flow flow_of(const Graph& graph) {
  Flow flow;
  flow.of_value.assign(graph.values().size(), -1);
  const auto users = graph.users();
  for (const ValueId v : graph.inputs)
    if (!only_cast(graph, users, v)) add_step(flow, graph, v, kNone, 0);
  for (std::size_t n = 0; n < graph.nodes().size(); ++n) {
    const Node& node = graph.nodes()[n];
    if (passes_through(node)) {
      if (node.inputs.empty() || node.inputs[0] == kNone || node.outputs.empty() || node.outputs[0] == kNone) continue;
      const bool input = std::ranges::find(graph.inputs, node.inputs[0]) != graph.inputs.end();
      if (input && only_cast(graph, users, node.inputs[0])) {
        add_step(flow, graph, node.outputs[0], kNone, 0);
        continue;
      }
      flow.of_value[at(node.outputs[0])] = flow.of_value[at(node.inputs[0])];
      continue;
    }
    for (std::size_t slot = 0; slot < node.outputs.size(); ++slot) {
      const ValueId v = node.outputs[slot];
      if (v == kNone || !is_float(graph.value(v).type.dtype) || !graph.value(v).type.fixed()) continue;
      add_step(flow, graph, v, static_cast<NodeId>(n), slot);
    }
  }
  for (const ValueId v : graph.outputs) flow.outputs.push_back(flow.of_value[at(v)]);
  return flow;
}

}  // namespace dlas::study::localize
