#include "study/compare/float_meaning.h"

#include <algorithm>
#include <array>

#include "model/graph/infer.h"
#include "model/op/list.h"
#include "study/compare/side.h"

namespace dlas::study {
namespace {

std::size_t at(ValueId id) { return static_cast<std::size_t>(id); }

bool changes_scale(const Node& node) {
  static constexpr std::array kNames = {"QuantizeLinear", "DequantizeLinear", "Requantize"};
  return std::ranges::find(kNames, node.op_name) != kNames.end();
}

std::int64_t axis_of(const Node& node) {
  for (const NamedAttribute& attribute : node.attributes.list())
    if (const auto* axis = std::get_if<std::int64_t>(&attribute.value); axis && attribute.name == "axis") return *axis;
  return 1;
}

// From inputs 1 and 2 of QuantizeLinear and DequantizeLinear; null when they are no constants.
std::shared_ptr<const Quantization> of_inputs(const Graph& graph, const Node& node, ValueId stored) {
  if (node.inputs.size() < 2 || !graph.value(node.inputs[1]).is_constant()) return nullptr;
  const Tensor& scale = graph.value(node.inputs[1]).constant;
  auto q = std::make_shared<Quantization>();
  q->bits = static_cast<int>(bits(graph.value(stored).type.dtype));
  for (std::int64_t i = 0; i < scale.count(); ++i) q->scales.push_back(scale.number(i));
  q->zero_points.assign(q->scales.size(), 0);
  if (node.inputs.size() > 2 && node.inputs[2] != kNone) {
    const Value& zero = graph.value(node.inputs[2]);
    if (!zero.is_constant() || zero.constant.count() != scale.count()) return nullptr;
    q->zero_points = zero.constant.integers();
  }
  if (scale.count() != 1) {
    const Type& type = graph.value(stored).type;
    const auto index = type.ranked() ? normalized_axis(axis_of(node), type.rank()) : std::nullopt;
    if (!index || type.dim(*index) != Dim(scale.count())) return nullptr;  // blocks of an axis
    q->axis = static_cast<int>(*index);
  }
  return q;
}

}  // namespace

std::vector<std::shared_ptr<const Quantization>> quantizations(const Graph& graph) {
  std::vector<std::shared_ptr<const Quantization>> all;
  for (const Value& value : graph.values()) all.push_back(value.type.quantization);
  for (const Node& node : graph.nodes()) {
    if (node.op_name != "QuantizeLinear" && node.op_name != "DequantizeLinear") continue;
    const ValueId stored = node.op_name == "QuantizeLinear" ? node.outputs[0] : node.inputs[0];
    if (stored != kNone && !all[at(stored)]) all[at(stored)] = of_inputs(graph, node, stored);
  }
  return all;
}

Result<Graph> float_meaning(const Graph& graph) {
  Graph out = graph;
  const auto quantization = quantizations(graph);
  for (std::size_t i = 0; i < graph.values().size(); ++i) {
    Value& value = out.value(static_cast<ValueId>(i));
    if (value.is_constant() && quantization[i]) {
      Type type = value.type;
      type.quantization = quantization[i];
      value.constant = real_values(value.constant, type);
      value.type = Type::of(value.constant);
    } else if (value.producer != kNone) {
      Type fresh;  // what the rules say, with the sizes that are known
      fresh.dims = value.type.dims;
      value.type = std::move(fresh);
    } else if (quantization[i]) {
      value.type = value.type.with_dtype(DType::f32);
    }
  }
  const Op* identity = op::find_op("Identity");
  for (std::size_t n = 0; n < graph.nodes().size(); ++n) {
    Node& node = out.node(static_cast<NodeId>(n));
    if (!changes_scale(node)) continue;
    node.op = identity;
    node.op_name = identity->name;
    node.inputs.resize(1);
    DLAS_ASSIGN(node.attributes, identity->attributes->make({}));
  }
  DLAS_TRY(infer_types(out));
  return out;
}

}  // namespace dlas::study
