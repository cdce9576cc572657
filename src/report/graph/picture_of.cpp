#include "report/graph/picture_of.h"

#include <fmt/format.h>

#include "base/text.h"

namespace dlas::report {
namespace {

Lines flow_title(const Value& value) { return {value.name, text(value.type)}; }

Box end_box(const Value& value) {
  Box box;
  box.label = value.name;
  box.detail = text(value.type.plain());
  box.title = flow_title(value);
  box.end = true;
  return box;
}

Box node_box(const Graph& graph, const Node& node) {
  Box box;
  box.label = node.op_name;
  box.title = {node.name.empty() ? node.op_name : node.name};
  for (const ValueId id : node.outputs) {
    if (id == kNone) continue;
    if (box.detail.empty()) box.detail = text(graph.value(id).type.plain());
    box.title.push_back(graph.value(id).name + "  " + text(graph.value(id).type));
  }
  return box;
}

// Nodes that read something, but nothing that an input or another source reaches: weights in the making.
std::vector<bool> made_of_constants(const Graph& graph) {
  std::vector<bool> fixed(graph.values().size()), out;
  for (std::size_t i = 0; i < fixed.size(); ++i) fixed[i] = graph.values()[i].is_constant();
  for (const Node& node : graph.nodes()) {
    bool any = false, all = true;
    for (const ValueId id : node.inputs) {
      if (id == kNone) continue;
      any = true;
      all = all && fixed[static_cast<std::size_t>(id)];
    }
    out.push_back(any && all);
    for (const ValueId id : node.outputs)
      if (id != kNone) fixed[static_cast<std::size_t>(id)] = any && all;
  }
  return out;
}

}  // namespace

Picture picture_of(const Graph& graph, bool all) {
  Picture picture;
  std::vector<std::int32_t> maker(graph.values().size(), kNone);
  const auto arrow_from = [&](ValueId id, std::size_t to) {
    if (id == kNone || maker[static_cast<std::size_t>(id)] == kNone) return;
    picture.arrows.push_back(
        {maker[static_cast<std::size_t>(id)], static_cast<std::int32_t>(to), flow_title(graph.value(id))});
  };
  const auto made = [&](ValueId id) {
    if (id != kNone) maker[static_cast<std::size_t>(id)] = static_cast<std::int32_t>(picture.boxes.size());
  };
  for (const ValueId id : graph.inputs) {
    made(id);
    picture.boxes.push_back(end_box(graph.value(id)));
  }
  const std::vector<bool> left_out = all ? std::vector<bool>(graph.nodes().size()) : made_of_constants(graph);
  for (std::size_t i = 0; i < graph.nodes().size(); ++i) {
    if (left_out[i]) continue;
    const Node& node = graph.nodes()[i];
    for (const ValueId id : node.inputs) arrow_from(id, picture.boxes.size());
    for (const ValueId id : node.outputs) made(id);
    picture.boxes.push_back(node_box(graph, node));
  }
  for (const ValueId id : graph.outputs) {
    arrow_from(id, picture.boxes.size());
    picture.boxes.push_back(end_box(graph.value(id)));
  }
  return picture;
}

}  // namespace dlas::report
