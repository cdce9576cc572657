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

// An operator on quantised tensors, and the one of floats that it stands for.
struct Linear {
  std::string_view name, op;
  std::vector<std::size_t> inputs;  // those that the operator of floats takes
  std::size_t tensors;              // at inputs 0 and 3, each with its scale and zero point behind it
  std::size_t result;               // slot of the result's scale, with the zero point behind it
  std::size_t bias;                 // slot of a bias in units of both scales; 0: none
  bool keeps;                       // the attributes mean the same
};
const Linear* linear(const Node& node) {
  static const std::array kLinear = {
      Linear{"QGemm", "Gemm", {0, 3, 6}, 2, 7, 6, true},
      Linear{"QLinearAdd", "Add", {0, 3}, 2, 6, 0, false},
      Linear{"QLinearAveragePool", "AveragePool", {0}, 1, 3, 0, true},
      Linear{"QLinearConv", "Conv", {0, 3, 8}, 2, 6, 8, true},
      Linear{"QLinearGlobalAveragePool", "GlobalAveragePool", {0}, 1, 3, 0, true},
      Linear{"QLinearMatMul", "MatMul", {0, 3}, 2, 6, 0, false},
      Linear{"QLinearMul", "Mul", {0, 3}, 2, 6, 0, false},
      Linear{"QLinearSoftmax", "Softmax", {0}, 1, 3, 0, true},
  };
  const auto it = std::ranges::find(kLinear, std::string_view(node.op_name), &Linear::name);
  return it == kLinear.end() ? nullptr : &*it;
}

double number_of(const Node& node, std::string_view attribute, double otherwise) {
  for (const NamedAttribute& a : node.attributes.list()) {
    if (a.name != attribute) continue;
    if (const auto* real = std::get_if<double>(&a.value)) return *real;
    if (const auto* truth = std::get_if<bool>(&a.value)) return *truth ? 1 : 0;
  }
  return otherwise;
}

// The axis of input 3 along which it may have several scales.
std::int64_t axis_of_weights(const Node& node) {
  if (node.op_name == "QLinearConv") return 0;
  return node.op_name == "QGemm" && number_of(node, "transB", 0) != 0 ? 0 : -1;
}

// Of a vector, or of a row for each product; 0 where the rank is not known.
int last_axis(const Type& type) { return type.ranked() && type.rank() > 0 ? static_cast<int>(type.rank()) - 1 : 0; }

void add_linear(const Graph& graph, const Node& node, const Linear& l, Quantizations& all) {
  for (std::size_t i = 0; i < l.tensors; ++i) {
    const std::size_t slot = 3 * i;
    set(all, node.inputs[slot],
        of_constants(graph, node.inputs[slot], node.inputs[slot + 1], node.inputs[slot + 2],
                     i == 0 ? 1 : axis_of_weights(node)));
  }
  if (input(node, l.result) != kNone)
    set(all, node.outputs[0],
        of_constants(graph, node.outputs[0], input(node, l.result), input(node, l.result + 1), 1));
  const ValueId bias = l.bias == 0 ? kNone : input(node, l.bias);
  if (bias == kNone || !all[at(node.inputs[0])] || !all[at(node.inputs[3])]) return;
  auto q = std::make_shared<Quantization>(*all[at(node.inputs[3])]);
  q->bits = 32;
  q->axis = q->scales.size() == 1 ? -1 : last_axis(graph.value(bias).type);
  for (double& scale : q->scales) scale *= all[at(node.inputs[0])]->scales[0] * number_of(node, "alpha", 1);
  q->zero_points.assign(q->scales.size(), 0);
  set(all, bias, std::move(q));
}

bool small_integer(const Graph& graph, ValueId v) {
  if (v == kNone) return false;
  const DType dtype = graph.value(v).type.dtype;
  return is_int(dtype) && bits(dtype) <= 16;
}

// What only moves or compares integers gives and takes one quantisation: between `from` and `to`, where one of them knows.
void share(const Graph& graph, const Node& node, Quantizations& all) {
  if (!node.op || (node.op->units != Units::moved && node.op->units != Units::compared)) return;
  const ValueId to = node.outputs[0];
  if (!small_integer(graph, to)) return;
  for (const ValueId from : node.inputs) {
    if (!small_integer(graph, from) || graph.value(from).type.dtype != graph.value(to).type.dtype) continue;
    if (all[at(from)] && !all[at(from)]->per_axis()) set(all, to, all[at(from)]);
    if (all[at(to)] && !all[at(to)]->per_axis()) set(all, from, all[at(to)]);
  }
}

// The operator of floats that `node` stands for, and which of its inputs that takes; empty when it is one itself.
struct Meaning {
  std::string_view op;
  std::vector<std::size_t> inputs;
  bool keeps = false;  // the attributes
};
Meaning meaning_of(const Node& node, bool cut) {
  if (changes_scale(node)) return {cut ? "Relu" : "Identity", {0}};
  if (const Linear* l = linear(node)) return {l->op, l->inputs, l->keeps};
  return {};
}

// Whether the number that a node makes loses what is negative when it is stored.
bool cuts(const Graph& graph, const Node& node, const Quantizations& all) {
  const ValueId to = node.outputs.empty() ? kNone : node.outputs[0];
  return to != kNone && all[at(to)] && cuts_negatives(*all[at(to)], graph.value(to).type.dtype);
}

Status replace(Node& node, const Meaning& meaning, bool cut) {
  const Op* op = op::find_op(meaning.op);
  DLAS_ASSIGN(node.attributes, op->attributes->make(meaning.keeps ? node.attributes.list() : AttributeList{}));
  const AttributeList names = node.attributes.list();
  if (cut && std::ranges::find(names, "activation", &NamedAttribute::name) != names.end()) {
    AttributeList list = names;
    std::erase_if(list, [](const NamedAttribute& a) { return a.name == "activation"; });
    list.push_back({"activation", std::string("relu")});
    DLAS_ASSIGN(node.attributes, op->attributes->make(list));
  }
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
    if (const Linear* l = linear(node)) add_linear(graph, node, *l, all);
    if (node.op_name != "QuantizeLinear" && node.op_name != "DequantizeLinear") continue;
    const ValueId stored = node.op_name == "QuantizeLinear" ? node.outputs[0] : node.inputs[0];
    set(all, stored, of_constants(graph, stored, node.inputs[1], input(node, 2), axis_of(node)));
  }
  for (const Node& node : graph.nodes()) share(graph, node, all);
  for (auto node = graph.nodes().rbegin(); node != graph.nodes().rend(); ++node) share(graph, *node, all);
  return all;
}

bool cuts_negatives(const Quantization& q, DType dtype) {
  const std::int64_t least = is_signed_int(dtype) ? -(std::int64_t{1} << (bits(dtype) - 1)) : 0;
  return is_int(dtype) && bits(dtype) <= 16 && !q.scales.empty() &&
         std::ranges::all_of(q.scales, [](double scale) { return scale > 0; }) && !q.zero_points.empty() &&
         std::ranges::all_of(q.zero_points, [&](std::int64_t zero) { return zero == least; });
}

bool any_quantised(const Graph& graph) {
  return std::ranges::any_of(quantizations(graph), [](const auto& q) { return q != nullptr; });
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
    const bool cut = cuts(graph, node, quantization);
    if (const Meaning meaning = meaning_of(node, cut); !meaning.op.empty()) DLAS_TRY(replace(node, meaning, cut));
  }
  DLAS_TRY(infer_types(out));
  return out;
}

}  // namespace dlas::study
