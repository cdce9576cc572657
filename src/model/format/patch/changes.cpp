#include "model/format/patch/changes.h"

#include <algorithm>
#include <map>

namespace dlas::patch {
namespace {

std::string_view first_output(const Graph& graph, const Node& node) {
  for (const ValueId v : node.outputs)
    if (v != kNone) return graph.value(v).name;
  return node.name;
}

std::string_view name_of(const Graph& graph, ValueId v) {
  return v == kNone ? std::string_view() : std::string_view(graph.value(v).name);
}

std::vector<std::string_view> names_of(const Graph& graph, const std::vector<ValueId>& ids) {
  std::vector<std::string_view> out;
  for (const ValueId v : ids) out.push_back(name_of(graph, v));
  return out;
}

bool same_tensor(const Tensor& a, const Tensor& b) {
  if (a.dtype() != b.dtype() || a.shape() != b.shape()) return false;
  return a.bytes().data() == b.bytes().data() || a.same_bits(b);
}

bool same_units(const Type& a, const Type& b) {
  if (a.quantization == b.quantization) return true;
  return a.quantization && b.quantization && *a.quantization == *b.quantization;
}

void compare_values(const Graph& before, const Graph& after, Changes& out) {
  for (ValueId v = 0; v < static_cast<ValueId>(after.values().size()); ++v) {
    const Value& now = after.value(v);
    const ValueId was = before.find(now.name);
    if (was == kNone) {
      if (now.is_constant()) out.added_constants.push_back(v);
      continue;
    }
    const Value& then = before.value(was);
    if (now.is_constant() && then.is_constant() && !same_tensor(now.constant, then.constant))
      out.tensors.emplace_back(was, v);
    if (now.is_constant() != then.is_constant() && now.is_constant()) out.added_constants.push_back(v);
    if (!same_units(now.type, then.type)) out.quantization.emplace_back(was, v);
  }
}

void compare_node(const Graph& before, const Graph& after, NodeId was, NodeId now, Changes& out) {
  const Node &a = before.node(was), &b = after.node(now);
  NodeChange change{was, now, {}, {}, {}};
  const AttributeList list_a = a.attributes.list();
  AttributeList list_b = b.attributes.list();
  for (const NamedAttribute& attribute : list_a)
    if (std::ranges::find(list_b, attribute.name, &NamedAttribute::name) == list_b.end())
      change.removed.push_back(attribute.name);
  for (NamedAttribute& attribute : list_b) {
    const auto it = std::ranges::find(list_a, attribute.name, &NamedAttribute::name);
    if (it == list_a.end() || !same(it->value, attribute.value)) change.attributes.push_back(std::move(attribute));
  }
  for (std::size_t i = 0; i < std::max(a.inputs.size(), b.inputs.size()); ++i) {
    const ValueId x = i < a.inputs.size() ? a.inputs[i] : kNone, y = i < b.inputs.size() ? b.inputs[i] : kNone;
    if (name_of(before, x) != name_of(after, y)) change.slots.push_back(i);
  }
  if (!change.attributes.empty() || !change.removed.empty() || !change.slots.empty())
    out.nodes.push_back(std::move(change));
}

}  // namespace

bool Changes::none() const {
  return tensors.empty() && quantization.empty() && nodes.empty() && added.empty() && deleted.empty() && !outputs &&
         !inputs && metadata.empty();
}

Changes changes(const Graph& before, const Graph& after) {
  Changes out;
  compare_values(before, after, out);
  std::map<std::string_view, NodeId> then;
  for (NodeId n = 0; n < static_cast<NodeId>(before.nodes().size()); ++n)
    then.emplace(first_output(before, before.node(n)), n);
  std::vector<char> kept(before.nodes().size(), 0);
  for (NodeId n = 0; n < static_cast<NodeId>(after.nodes().size()); ++n) {
    const auto it = then.find(first_output(after, after.node(n)));
    if (it == then.end() || before.node(it->second).op_name != after.node(n).op_name) {
      out.added.push_back(n);
      continue;
    }
    kept[static_cast<std::size_t>(it->second)] = 1;
    compare_node(before, after, it->second, n, out);
  }
  for (NodeId n = 0; n < static_cast<NodeId>(kept.size()); ++n)
    if (!kept[static_cast<std::size_t>(n)]) out.deleted.push_back(n);
  out.outputs = names_of(before, before.outputs) != names_of(after, after.outputs);
  out.inputs = names_of(before, before.inputs) != names_of(after, after.inputs);
  for (const auto* graph : {&before, &after})
    for (const auto& [key, text] : graph->metadata) {
      const auto& other = graph == &before ? after.metadata : before.metadata;
      const auto it = other.find(key);
      const bool differs = it == other.end() || it->second != text;
      if (differs && std::ranges::find(out.metadata, key) == out.metadata.end()) out.metadata.push_back(key);
    }
  return out;
}

Error refused(const Node& node, std::string_view expected, std::string_view found) {
  return make_error(Code::unsupported, expected, found).at_node(node.name, node.op_name);
}

Error refused(const Value& value, std::string_view expected, std::string_view found) {
  return make_error(Code::unsupported, expected, found).at_slot("value '" + value.name + "'");
}

}  // namespace dlas::patch
