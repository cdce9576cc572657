// Faults of quantisation: 37 and 38 of the catalogue.
#include <algorithm>

#include "study/repair/fault/fault.h"

namespace dlas::study::fault {
namespace {

// The first output, when its integers have one scale.
const Value* quantized_output(const Graph& graph, NodeId id) {
  const Node& node = graph.node(id);
  if (node.outputs.empty() || node.outputs[0] == kNone) return nullptr;
  const Value& value = graph.value(node.outputs[0]);
  const bool inner = std::ranges::find(graph.outputs, node.outputs[0]) == graph.outputs.end();
  return inner && value.type.quantized() && !value.type.quantization->per_axis() && value.type.dtype == DType::i8
             ? &value
             : nullptr;
}

}  // namespace

std::vector<Edit> shifted_zero_point(const Graph& graph, NodeId id, data::Random&) {
  const Value* v = quantized_output(graph, id);
  if (!v || !is_one_of(graph.node(id), {"Conv", "FullyConnected", "Add"})) return {};
  Quantization q = *v->type.quantization;
  q.zero_points[0] += q.zero_points[0] > 0 ? -40 : 40;
  return {SetQuantization{v->name, q, *v->type.quantization}};
}

// Scales of the output channels one channel on.
std::vector<Edit> rotated_scales(const Graph& graph, NodeId id, data::Random&) {
  const Node& node = graph.node(id);
  const Value* w = is_one_of(node, {"Conv", "FullyConnected"}) ? constant(graph, node, 1) : nullptr;
  if (!w || !w->type.quantized() || !w->type.quantization->per_axis()) return {};
  Quantization q = *w->type.quantization;
  if (q.scales.size() < 2) return {};
  std::ranges::rotate(q.scales, q.scales.begin() + 1);
  return {SetQuantization{w->name, q, *w->type.quantization}};
}

// A quarter of the range: values beyond it are cut off.
std::vector<Edit> bad_range(const Graph& graph, NodeId id, data::Random&) {
  const Value* v = quantized_output(graph, id);
  if (!v || !is_one_of(graph.node(id), {"Conv", "FullyConnected"})) return {};
  Quantization q = *v->type.quantization;
  q.scales[0] = static_cast<double>(static_cast<float>(q.scales[0] / 4));
  return {SetQuantization{v->name, q, *v->type.quantization}};
}

}  // namespace dlas::study::fault
