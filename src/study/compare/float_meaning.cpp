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

// From constants for scale and zero point (kNone: 0), one or one for each slice of `axis`; null when they are no such.
std::shared_ptr<const Quantization> of_constants(const Graph& graph, ValueId stored, ValueId scales, ValueId zeros,
                                                 std::int64_t axis) {
  if (!graph.value(scales).is_constant()) return nullptr;
  const Tensor& scale = graph.value(scales).constant;
  const Type& type = graph.value(stored).type;
  auto q = std::make_shared<Quantization>();
  q->bits = static_cast<int>(bits(type.dtype));
  for (std::int64_t i = 0; i < scale.count(); ++i) q->scales.push_back(scale.number(i));
  q->zero_points.assign(q->scales.size(), 0);
  if (zeros != kNone) {
    const Value& zero = graph.value(zeros);
    if (!zero.is_constant() || (zero.constant.count() != scale.count() && zero.constant.count() != 1)) return nullptr;
    for (std::size_t k = 0; k < q->zero_points.size(); ++k)
      q->zero_points[k] = zero.constant.integer(zero.constant.count() == 1 ? 0 : static_cast<std::int64_t>(k));
  }
  if (scale.count() != 1) {
    const auto index = type.ranked() ? normalized_axis(axis, type.rank()) : std::nullopt;
    if (!index || type.dim(*index) != Dim(scale.count())) return nullptr;  // blocks of an axis
    q->axis = static_cast<int>(*index);
  }
  return q;
}

using Quantizations = std::vector<std::shared_ptr<const Quantization>>;

void set(Quantizations& all, ValueId stored, std::shared_ptr<const Quantization> q) {
  if (stored != kNone && !all[at(stored)]) all[at(stored)] = std::move(q);
}

ValueId input(const Node& node, std::size_t slot) { return slot < node.inputs.size() ? node.inputs[slot] : kNone; }

// QLinearConv and QLinearMatMul: a, its scale and zero point, b and its, those of the result, and a bias in units of
// both scales.
void add_product(const Graph& graph, const Node& node, std::int64_t axis_of_b, Quantizations& all) {
  const auto& in = node.inputs;
  set(all, in[0], of_constants(graph, in[0], in[1], in[2], 1));
  set(all, in[3], of_constants(graph, in[3], in[4], in[5], axis_of_b));
  set(all, node.outputs[0], of_constants(graph, node.outputs[0], in[6], in[7], 1));
  const ValueId bias = input(node, 8);
  if (bias == kNone || !all[at(in[0])] || !all[at(in[3])]) return;
  auto q = std::make_shared<Quantization>(*all[at(in[3])]);
  q->bits = 32;
  q->axis = q->scales.size() == 1 ? -1 : 0;
  for (double& scale : q->scales) scale *= all[at(in[0])]->scales[0];
  q->zero_points.assign(q->scales.size(), 0);
  set(all, bias, std::move(q));
}

// The operator of floats that `node` stands for, and which of its inputs that takes; empty when it is one itself.
struct Meaning {
  std::string_view op;
  std::vector<std::size_t> inputs;
};
Meaning meaning_of(const Node& node) {
  if (changes_scale(node)) return {"Identity", {0}};
  if (node.op_name == "QLinearConv") return {"Conv", {0, 3, 8}};
  if (node.op_name == "QLinearMatMul") return {"MatMul", {0, 3}};
  return {};
}

Status replace(Node& node, const Meaning& meaning) {
  const Op* op = op::find_op(meaning.op);
  DLAS_ASSIGN(node.attributes, op->attributes->make(meaning.op == "Conv" ? node.attributes.list() : AttributeList{}));
  std::vector<ValueId> inputs;
  for (const std::size_t slot : meaning.inputs) inputs.push_back(input(node, slot));
  while (inputs.back() == kNone) inputs.pop_back();
  node.inputs = std::move(inputs);
  node.op = op;
  node.op_name = op->name;
  return {};
}

}  // namespace

std::vector<std::shared_ptr<const Quantization>> quantizations(const Graph& graph) {
  std::vector<std::shared_ptr<const Quantization>> all;
  for (const Value& value : graph.values()) all.push_back(value.type.quantization);
  for (const Node& node : graph.nodes()) {
    if (node.op_name == "QLinearConv") add_product(graph, node, 0, all);
    if (node.op_name == "QLinearMatMul") add_product(graph, node, -1, all);
    if (node.op_name != "QuantizeLinear" && node.op_name != "DequantizeLinear") continue;
    const ValueId stored = node.op_name == "QuantizeLinear" ? node.outputs[0] : node.inputs[0];
    set(all, stored, of_constants(graph, stored, node.inputs[1], input(node, 2), axis_of(node)));
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
  for (std::size_t n = 0; n < graph.nodes().size(); ++n) {
    Node& node = out.node(static_cast<NodeId>(n));
    if (const Meaning meaning = meaning_of(node); !meaning.op.empty()) DLAS_TRY(replace(node, meaning));
  }
  DLAS_TRY(infer_types(out));
  return out;
}

}  // namespace dlas::study
