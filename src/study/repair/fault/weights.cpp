// Faults of weights and other constants: 8, 10, 18, 27 to 29 and 41 of the catalogue.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "study/repair/fault/fault.h"
#include "study/repair/splice.h"

namespace dlas::study::fault {
namespace {

using Integers = std::vector<std::int64_t>;

// The weights of a layer that multiplies; null for other nodes.
const Value* weights_of(const Graph& graph, NodeId id) {
  const Node& node = graph.node(id);
  return is_one_of(node, {"Conv", "ConvTranspose", "Gemm", "MatMul", "FullyConnected"}) ? constant(graph, node, 1)
                                                                                        : nullptr;
}

const Value* bias_of(const Graph& graph, NodeId id) {
  const Node& node = graph.node(id);
  return is_one_of(node, {"Conv", "ConvTranspose", "Gemm", "FullyConnected"}) ? constant(graph, node, 2) : nullptr;
}

Integers rotated(std::int64_t size) {
  Integers out(static_cast<std::size_t>(size));
  std::iota(out.begin(), out.end(), 0);
  std::ranges::rotate(out, out.begin() + std::max<std::ptrdiff_t>(1, std::ssize(out) / 3));
  return out;
}

bool of_floats(const Value* v) { return v && v->type.dtype == DType::f32; }

}  // namespace

// Rows of the matrix behind a Flatten in the order (H, W, C) where the input has (C, H, W).
std::vector<Edit> flattened_in_other_order(const Graph& graph, NodeId id, data::Random&) {
  const Node& node = graph.node(id);
  const Value* w = is_one_of(node, {"Gemm", "MatMul"}) ? constant(graph, node, 1) : nullptr;
  if (!of_floats(w) || w->constant.rank() != 2) return {};
  const NodeId before = graph.value(node.inputs[0]).producer;
  if (before == kNone || !is_one_of(graph.node(before), {"Flatten", "Reshape"})) return {};
  const Type& maps = graph.value(graph.node(before).inputs[0]).type;
  if (!maps.ranked() || maps.rank() != 4 || !maps.dim(1).known() || !maps.dim(2).known() || !maps.dim(3).known())
    return {};
  const std::int64_t c = maps.dim(1).size(), h = maps.dim(2).size(), v = maps.dim(3).size();
  const bool rows = w->constant.dim(0) == c * h * v;
  if ((!rows && w->constant.dim(1) != c * h * v) || c < 2 || h * v < 2) return {};
  Integers order;
  for (std::int64_t i = 0; i < h * v; ++i)
    for (std::int64_t j = 0; j < c; ++j) order.push_back(j * h * v + i);
  return {SetTensor{w->name, OrderChange{rows ? 0 : 1, order}, {}}};
}

std::vector<Edit> shuffled_constant(const Graph& graph, NodeId id, data::Random&) {
  const Node& node = graph.node(id);
  if (!is_one_of(node, {"Add", "Mul", "Sub", "PRelu"})) return {};
  for (std::size_t slot = 0; slot < node.inputs.size(); ++slot) {
    const Value* v = constant(graph, node, slot);
    if (!of_floats(v)) continue;
    for (std::size_t axis = 0; axis < v->constant.rank(); ++axis)
      if (v->constant.dim(axis) > 2)
        return {SetTensor{v->name, OrderChange{static_cast<std::int64_t>(axis), rotated(v->constant.dim(axis))}, {}}};
  }
  return {};
}

// Kernels of a grouped convolution in another order, as by a wrong multiplier.
std::vector<Edit> interleaved_depthwise(const Graph& graph, NodeId id, data::Random&) {
  const Node& node = graph.node(id);
  if (node.op_name != "Conv") return {};
  const AttributeList list = node.attributes.list();
  const AttributeValue* group = attribute(list, "group");
  const Value* w = constant(graph, node, 1);
  if (!of_floats(w) || !group || std::get<std::int64_t>(*group) < 3) return {};
  const std::int64_t channels = std::get<std::int64_t>(*group);
  for (std::size_t axis = 0; axis < w->constant.rank(); ++axis)
    if (w->constant.dim(axis) == channels)
      return {SetTensor{w->name, OrderChange{static_cast<std::int64_t>(axis), rotated(channels)}, {}}};
  return {};
}

// To four bits behind the point: less than half a float has, more than an integer of eight bits.
std::vector<Edit> rounded_weights(const Graph& graph, NodeId id, data::Random&) {
  const Value* w = weights_of(graph, id);
  if (!of_floats(w)) return {};
  Tensor out = w->constant.clone();
  for (float& x : out.mutable_as<float>()) x = std::round(x * 16) / 16;
  if (out.same_bits(w->constant)) return {};
  return {SetTensor{w->name, CopyChange{out}, {}}};
}

// Two axes of one size exchanged: height and width, or in and out.
std::vector<Edit> turned_weights(const Graph& graph, NodeId id, data::Random& random) {
  const Value* w = weights_of(graph, id);
  if (!of_floats(w)) return {};
  const Tensor& t = w->constant;
  std::vector<Edit> possible;
  for (std::size_t i = 0; i < t.rank(); ++i)
    for (std::size_t j = i + 1; j < t.rank(); ++j) {
      if (t.dim(i) != t.dim(j) || t.dim(i) < 2) continue;
      Integers perm(t.rank());
      std::iota(perm.begin(), perm.end(), 0);
      std::swap(perm[i], perm[j]);
      possible.emplace_back(SetTensor{w->name, AxesChange{perm, {}}, {}});
    }
  if (possible.empty()) return {};
  return {possible[random.below(possible.size())]};
}

std::vector<Edit> lost_bias(const Graph& graph, NodeId id, data::Random&) {
  const Value* b = bias_of(graph, id);
  if (!of_floats(b)) return {};
  const Tensor zeros = Tensor::make(DType::f32, b->constant.shape());
  if (zeros.same_bits(b->constant)) return {};
  return {SetTensor{b->name, CopyChange{zeros}, {}}};
}

std::vector<Edit> scaled_weights(const Graph& graph, NodeId id, data::Random&) {
  const Value* w = weights_of(graph, id);
  if (!of_floats(w)) return {};
  return {SetTensor{w->name, AffineChange{-1, {1.5}, {0}}, {}}};
}

}  // namespace dlas::study::fault
