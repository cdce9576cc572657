// Faults of single operators and of wiring: 7, 31 to 34 and 40 of the catalogue.
#include <algorithm>
#include <array>

#include "study/repair/fault/fault.h"
#include "study/repair/splice.h"

namespace dlas::study::fault {
namespace {

using Integers = std::vector<std::int64_t>;

std::vector<Edit> set(const Graph& graph, NodeId id, const std::string& name, AttributeValue after) {
  const AttributeList list = graph.node(id).attributes.list();
  const AttributeValue* before = attribute(list, name);
  if (!before || same(*before, after)) return {};
  return {SetAttribute{node_name(graph, id), name, std::move(after), *before}};
}

std::string fused(const Graph& graph, NodeId id) {
  const AttributeList list = graph.node(id).attributes.list();
  const AttributeValue* value = attribute(list, "activation");
  const auto* word = value ? std::get_if<std::string>(value) : nullptr;
  return word ? *word : std::string();
}

}  // namespace

// Two axes of the permutation exchanged; only where the sizes allow it is the graph still one.
std::vector<Edit> wrong_permutation(const Graph& graph, NodeId id, data::Random& random) {
  if (graph.node(id).op_name != "Transpose") return {};
  const AttributeList list = graph.node(id).attributes.list();
  const AttributeValue* value = attribute(list, "perm");
  const auto* before = value ? std::get_if<Integers>(value) : nullptr;
  if (!before || before->size() < 2) return {};
  Integers perm = *before;
  const std::size_t i = random.below(perm.size() - 1);
  std::swap(perm[i], perm[i + 1]);
  return set(graph, id, "perm", perm);
}

// min(max(x, 0), 6) without its upper limit, or relu6 that became relu.
std::vector<Edit> lost_bounds(const Graph& graph, NodeId id, data::Random&) {
  const Node& node = graph.node(id);
  if (fused(graph, id) == "relu6") return set(graph, id, "activation", std::string("relu"));
  if (node.op_name != "Clip" || node.inputs.size() < 3 || node.inputs[2] == kNone) return {};
  return {Rewire{node_name(graph, id), 2, "", graph.value(node.inputs[2]).name}};
}

std::vector<Edit> other_slope(const Graph& graph, NodeId id, data::Random&) {
  if (graph.node(id).op_name != "LeakyRelu") return {};
  const AttributeList list = graph.node(id).attributes.list();
  const double now = std::get<double>(*attribute(list, "alpha"));
  return set(graph, id, "alpha", static_cast<double>(now > 0.25 ? 0.01F : 0.3F));
}

std::vector<Edit> other_gelu(const Graph& graph, NodeId id, data::Random&) {
  if (graph.node(id).op_name != "Gelu") return {};
  const AttributeList list = graph.node(id).attributes.list();
  const AttributeValue* value = attribute(list, "approximate");
  const bool exact = value && same(*value, AttributeValue(std::string("none")));
  return set(graph, id, "approximate", std::string(exact ? "tanh" : "none"));
}

std::vector<Edit> other_axis(const Graph& graph, NodeId id, data::Random&) {
  const Node& node = graph.node(id);
  const Type& type = graph.value(node.inputs.empty() || node.inputs[0] == kNone ? 0 : node.inputs[0]).type;
  if (!is_one_of(node, {"Softmax", "LogSoftmax"}) || !type.ranked() || type.rank() < 3) return {};
  const AttributeList list = node.attributes.list();
  const std::int64_t axis = std::get<std::int64_t>(*attribute(list, "axis"));
  const auto rank = static_cast<std::int64_t>(type.rank());
  return set(graph, id, "axis", (axis + rank - 1) % rank);
}

std::vector<Edit> lost_node(const Graph& graph, NodeId id, data::Random&) {
  const Node& node = graph.node(id);
  if (const std::string word = fused(graph, id); word == "relu" || word == "relu6")
    return set(graph, id, "activation", std::string("none"));
  if (!is_one_of(node, {"Relu", "LeakyRelu", "Sigmoid", "Gelu", "BatchNormalization"})) return {};
  return {DeleteNode{node_name(graph, id), 0}};
}

// A sum that takes what was computed just before one of its terms.
std::vector<Edit> wrong_branch(const Graph& graph, NodeId id, data::Random& random) {
  const Node& node = graph.node(id);
  if (!is_one_of(node, {"Add", "Concat"}) || node.inputs.size() < 2) return {};
  const std::size_t slot = random.below(node.inputs.size());
  const ValueId v = node.inputs[slot];
  if (v == kNone || graph.value(v).producer == kNone) return {};
  const Type& wanted = graph.value(v).type;
  for (ValueId other = 0; other < static_cast<ValueId>(graph.values().size()); ++other) {
    const Value& candidate = graph.value(other);
    if (other == v || candidate.producer == kNone || candidate.producer >= id || !candidate.type.ranked() ||
        candidate.type.dims != wanted.dims || candidate.type.dtype != wanted.dtype ||
        std::ranges::find(node.inputs, other) != node.inputs.end())
      continue;
    return {Rewire{node_name(graph, id), static_cast<std::int64_t>(slot), candidate.name, graph.value(v).name}};
  }
  return {};
}

}  // namespace dlas::study::fault
