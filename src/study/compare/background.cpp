#include "study/compare/background.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "study/compare/layout.h"

namespace dlas::study {
namespace {

// Makes classes of features: what goes in has no classes, even where as many numbers go in.
bool mixes(const Node& node) {
  static constexpr std::array kNames = {"Conv",           "ConvTranspose", "Gemm",        "MatMul",
                                        "FullyConnected", "QLinearConv",   "ConvInteger", "MatMulInteger",
                                        "QLinearMatMul",  "QGemm",         "Einsum"};
  return std::ranges::find(kNames, node.op_name) != kNames.end();
}

// The one axis of that size.
std::optional<std::size_t> axis_of(const Type& type, std::int64_t size) {
  std::optional<std::size_t> found;
  if (!type.fixed()) return found;
  for (std::size_t axis = 0; axis < type.rank(); ++axis) {
    if (type.dim(axis).size() != size) continue;
    if (found) return std::nullopt;
    found = axis;
  }
  return found;
}

// What a value's numbers are, by the operator that made them; moving and rounding them changes nothing.
Scale scale_of(const Graph& graph, ValueId id) {
  while (graph.value(id).producer != kNone) {
    const Node& node = graph.node(graph.value(id).producer);
    if (node.op_name == "Softmax" || node.op_name == "QLinearSoftmax") return Scale::probabilities;
    if (node.op_name == "LogSoftmax") return Scale::log_probabilities;
    if (node.op_name != "Requantize" && !only_moves_data(graph, graph.value(id))) break;
    if (node.inputs.empty() || node.inputs[0] == kNone) break;
    id = node.inputs[0];
  }
  return Scale::scores;
}

// Makes `count` probabilities, `step` apart, sum up to 1 again.
void normalise(float* first, std::int64_t count, std::int64_t step, Scale scale) {
  double sum = 0;
  for (std::int64_t i = 0; i < count; ++i) {
    const auto x = static_cast<double>(first[i * step]);
    sum += scale == Scale::probabilities ? x : std::exp(x);
  }
  if (!(sum > 0)) return;  // all of it was background
  for (std::int64_t i = 0; i < count; ++i) {
    const auto x = static_cast<double>(first[i * step]);
    first[i * step] = static_cast<float>(scale == Scale::probabilities ? x / sum : x - std::log(sum));
  }
}

}  // namespace

int class_outputs(const Graph& graph) {
  if (graph.outputs.empty()) return 0;
  const Type& type = graph.value(graph.outputs[0]).type;
  if (!type.fixed()) return 0;
  std::int64_t longest = 1;
  for (const std::int64_t size : type.shape()) longest = std::max(longest, size);
  return longest == type.count().value_or(0) ? static_cast<int>(std::min<std::int64_t>(longest, 1 << 30)) : 0;
}

std::string_view scale_text(Scale scale) {
  switch (scale) {
    case Scale::scores: return "scores";
    case Scale::probabilities: return "probabilities";
    case Scale::log_probabilities: return "logarithms of probabilities";
  }
  return "scores";
}

Scale output_scale(const Graph& graph) {
  return graph.outputs.empty() ? Scale::scores : scale_of(graph, graph.outputs[0]);
}

Background::Background(const Graph& graph) {
  const std::int64_t size = class_outputs(graph);
  if (size < 3) return;
  std::vector<ValueId> open = {graph.outputs[0]};
  while (!open.empty()) {
    const ValueId id = open.back();
    open.pop_back();
    const Value& value = graph.value(id);
    const auto axis = axis_of(value.type, size);
    if (!axis || value.is_constant() || cuts_.contains(id)) continue;
    cuts_[id] = {*axis, scale_of(graph, id)};
    if (value.producer == kNone || mixes(graph.node(value.producer))) continue;
    for (const ValueId input : graph.node(value.producer).inputs)
      if (input != kNone) open.push_back(input);
  }
}

Tensor Background::without(ValueId id, Tensor real) const {
  const auto cut = cuts_.find(id);
  if (cut == cuts_.end() || cut->second.axis >= real.rank() || real.dim(cut->second.axis) < 2) return real;
  const auto [axis, scale] = cut->second;
  Shape shape(real.shape().begin(), real.shape().end());
  const std::int64_t kept = --shape[axis];
  std::int64_t outer = 1, inner = 1;
  for (std::size_t i = 0; i < shape.size(); ++i) (i < axis ? outer : inner) *= i == axis ? 1 : shape[i];
  Tensor out = Tensor::make(DType::f32, shape);
  const float* from = real.as<float>().data();
  float* to = out.mutable_as<float>().data();
  for (std::int64_t block = 0; block < outer; ++block, from += (kept + 1) * inner, to += kept * inner) {
    std::copy(from + inner, from + (kept + 1) * inner, to);
    for (std::int64_t i = 0; i < inner && scale != Scale::scores; ++i) normalise(to + i, kept, inner, scale);
  }
  return out;
}

}  // namespace dlas::study
