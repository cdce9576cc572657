#include "study/localize/rule/source_node.h"

#include <algorithm>

#include "model/graph/infer.h"

namespace dlas::study::localize {
namespace {

// Where the target has what the source calls `v`; kNone when no pair has it.
ValueId counterpart(const Case& c, ValueId v) {
  const int step = c.models.flow_a.of_value[static_cast<std::size_t>(v)];
  for (const Aligned& pair : c.settled.pairs)
    if (pair.step_a == step) return pair.b;
  return kNone;
}

ValueId read_also(Cone& cone, const Graph& graph, ValueId v) {
  const auto known = std::ranges::find(cone.reads, v);
  if (known != cone.reads.end()) return cone.graph.inputs[static_cast<std::size_t>(known - cone.reads.begin())];
  Value value = graph.value(v);
  value.producer = kNone;
  cone.reads.push_back(v);
  cone.graph.inputs.push_back(cone.graph.add_value(std::move(value)));
  return cone.graph.inputs.back();
}

}  // namespace

Result<AttributeSet> attributes_there(const Case& c, const Node& source, const Node& there) {
  AttributeList list = source.attributes.list();
  const AttributeList own = there.attributes.list();
  for (NamedAttribute& one : list) {
    const auto same = std::ranges::find(own, one.name, &NamedAttribute::name);
    if ((one.name == "layout" || one.name == "filter") && same != own.end()) one.value = same->value;
    auto* axis = std::get_if<std::int64_t>(&one.value);
    if (one.name != "axis" || !axis || c.pair().order.empty()) continue;
    const auto index = normalized_axis(*axis, c.pair().order.size());
    if (index) *axis = static_cast<std::int64_t>(c.pair().order[*index]);
  }
  return source.op->attributes->make(list);
}

Tensor constant_there(const Case& c, const Tensor& constant) {
  const AxisOrder& order = c.pair().order;
  if (order.empty() || constant.count() <= 1 || constant.rank() > order.size()) return constant;
  Shape aligned_shape(order.size() - constant.rank(), 1);
  aligned_shape.insert(aligned_shape.end(), constant.shape().begin(), constant.shape().end());
  AxisOrder inverse(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) inverse[order[i]] = i;
  return constant.dtype() == DType::f32 ? reordered(constant.reshaped(aligned_shape), inverse) : constant;
}

Status append(Cone& cone, const Case& c, const Node& source, std::size_t slot) {
  Node node;
  node.name = "appended";
  node.op = source.op;
  node.op_name = source.op_name;
  const Node& last = cone.graph.node(cone.graph.value(cone.graph.outputs[0]).producer);
  DLAS_ASSIGN(node.attributes, attributes_there(c, source, last));
  for (std::size_t i = 0; i < source.inputs.size(); ++i) {
    const ValueId v = source.inputs[i];
    if (v == kNone || i == slot) {
      node.inputs.push_back(v == kNone ? kNone : cone.graph.outputs[0]);
      continue;
    }
    const Value& operand = c.models.a.graph.value(v);
    if (operand.is_constant()) {
      node.inputs.push_back(cone.graph.add_constant("appended", constant_there(c, operand.constant)));
      continue;
    }
    const ValueId there = counterpart(c, v);
    if (there == kNone) return make_error(Code::graph, "an aligned operand", "'" + operand.name + "'");
    node.inputs.push_back(read_also(cone, c.models.b.graph, there));
  }
  Value out;
  out.name = "appended";
  node.outputs = {cone.graph.add_value(std::move(out))};
  const ValueId made = node.outputs[0];
  cone.graph.add_node(std::move(node));
  cone.graph.outputs = {made};
  const auto inferred = cone.graph.nodes().size() - 1;
  return infer_types(cone.graph, static_cast<NodeId>(inferred));
}

}  // namespace dlas::study::localize
