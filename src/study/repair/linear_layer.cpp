#include "study/repair/linear_layer.h"

#include <algorithm>
#include <cmath>

#include "study/repair/splice.h"
#include "study/repair/tensor_change.h"

namespace dlas::study {
namespace {

enum Norm { kX, kScale, kShift, kMean, kVariance };

const Value* constant_of(const Graph& graph, const Node& node, std::size_t slot) {
  if (slot >= node.inputs.size() || node.inputs[slot] == kNone) return nullptr;
  const Value& v = graph.value(node.inputs[slot]);
  return v.is_constant() && v.type.dtype == DType::f32 ? &v : nullptr;
}

std::string word_of(const Node& node, std::string_view name, std::string fallback) {
  for (const NamedAttribute& a : node.attributes.list())
    if (a.name == name)
      if (const auto* text = std::get_if<std::string>(&a.value)) return *text;
  return fallback;
}

double number_of(const Node& node, std::string_view name, double fallback) {
  for (const NamedAttribute& a : node.attributes.list())
    if (a.name == name)
      if (const auto* real = std::get_if<double>(&a.value)) return *real;
  return fallback;
}

std::vector<double> numbers(const Value& v) {
  std::vector<double> out;
  for (std::int64_t i = 0; i < v.constant.count(); ++i) out.push_back(v.constant.number(i));
  return out;
}

// The Conv at or before the node, over nodes that scale and shift.
NodeId conv_at(const Graph& graph, NodeId node) {
  for (int steps = 0; node != kNone && steps < 4; ++steps) {
    const Node& n = graph.node(node);
    if (n.op_name == "Conv") return node;
    if (n.op_name != "BatchNormalization" && n.op_name != "Mul" && n.op_name != "Add") return kNone;
    NodeId next = kNone;
    for (const ValueId v : n.inputs)
      if (v != kNone && graph.value(v).producer != kNone && next == kNone) next = graph.value(v).producer;
    node = next;
  }
  return kNone;
}

// The only reader of a node's output.
NodeId only_reader(const Graph& graph, NodeId node) {
  const auto readers = readers_of(graph, graph.node(node).outputs[0]);
  return readers.size() == 1 ? readers[0].node : kNone;
}

void normalise(const Graph& graph, const Node& node, LinearLayer& layer) {
  const auto scale = numbers(*constant_of(graph, node, kScale)), shift = numbers(*constant_of(graph, node, kShift));
  const auto mean = numbers(*constant_of(graph, node, kMean)), variance = numbers(*constant_of(graph, node, kVariance));
  const double epsilon = number_of(node, "epsilon", 1e-5);
  for (std::size_t c = 0; c < layer.channels; ++c) {
    layer.factor[c] = scale[c] / std::sqrt(variance[c] + epsilon);
    layer.mean[c] = mean[c];
    layer.shift[c] = shift[c] - layer.factor[c] * mean[c];
  }
  layer.factor_value = constant_of(graph, node, kScale);
  layer.shift_value = constant_of(graph, node, kShift);
}

bool has_channels(const Value* v, const LinearLayer& layer) {
  return v && static_cast<std::size_t>(v->constant.count()) == layer.channels;
}

// BatchNormalization, or Mul and Add of one constant a channel, behind the convolution.
void follow(const Graph& graph, NodeId node, LinearLayer& layer) {
  NodeId next = only_reader(graph, node);
  if (next != kNone && graph.node(next).op_name == "BatchNormalization") {
    for (const Norm slot : {kScale, kShift, kMean, kVariance})
      if (!has_channels(constant_of(graph, graph.node(next), slot), layer)) return;
    return normalise(graph, graph.node(next), layer);
  }
  const auto vector = [&](const Node& n) -> const Value* {
    for (const std::size_t slot : {0U, 1U})
      if (const Value* v = constant_of(graph, n, slot); has_channels(v, layer)) return v;
    return nullptr;
  };
  if (next != kNone && graph.node(next).op_name == "Mul") {
    const Value* v = vector(graph.node(next));
    if (!v) return;
    layer.factor = numbers(*v);
    layer.factor_value = v;
    next = only_reader(graph, next);
  }
  if (next == kNone || graph.node(next).op_name != "Add") return;
  if (const Value* v = vector(graph.node(next))) {
    layer.shift = numbers(*v);
    layer.shift_value = v;
  }
}

std::optional<Edit> edited(const Value* value, const std::vector<double>& numbers) {
  if (!value || static_cast<std::size_t>(value->constant.count()) != numbers.size()) return std::nullopt;
  std::vector<float> rounded;
  for (const double x : numbers) {
    if (!std::isfinite(x)) return std::nullopt;
    rounded.push_back(static_cast<float>(x));
  }
  const Tensor after = Tensor::of<float>(value->constant.shape(), rounded);
  if (after.same_bits(value->constant)) return std::nullopt;
  return set_tensor(value->name, value->constant, after);
}

}  // namespace

std::vector<double> LinearLayer::total_weights() const {
  std::vector<double> out = weights;
  const std::size_t each = weights.size() / channels;
  for (std::size_t i = 0; i < out.size(); ++i) out[i] *= factor[i / each];
  return out;
}

std::vector<double> LinearLayer::total_shift() const {
  std::vector<double> out(channels);
  for (std::size_t c = 0; c < channels; ++c) out[c] = factor[c] * bias[c] + shift[c];
  return out;
}

std::optional<Edit> LinearLayer::with_total_weights(const std::vector<double>& total) const {
  const std::size_t each = weights.size() / channels;
  std::vector<float> plain;
  for (std::size_t i = 0; i < total.size(); ++i) {
    const double x = total[i] / factor[i / each];
    if (!std::isfinite(x)) return std::nullopt;
    plain.push_back(static_cast<float>(x));
  }
  // From out, in, height, width to the order of the file.
  const Tensor& stored = weights_value->constant;
  dlas::Shape shape;
  for (const std::int64_t axis : order) shape.push_back(stored.dim(static_cast<std::size_t>(axis)));
  std::vector<std::int64_t> back(order.size());
  for (std::size_t i = 0; i < order.size(); ++i)
    back[static_cast<std::size_t>(order[i])] = static_cast<std::int64_t>(i);
  const auto after = changed(Tensor::of<float>(shape, plain), AxesChange{back, {}});
  if (!after.ok() || after->same_bits(stored)) return std::nullopt;
  return set_tensor(weights_value->name, stored, *after);
}

std::optional<Edit> LinearLayer::with_total_shift(const std::vector<double>& total) const {
  const std::vector<double> now = total_shift();
  std::vector<double> out(channels);
  if (bias_value) {
    for (std::size_t c = 0; c < channels; ++c) out[c] = (total[c] - shift[c]) / factor[c];
    return edited(bias_value, out);
  }
  if (!shift_value) return std::nullopt;
  out = numbers(*shift_value);
  for (std::size_t c = 0; c < channels; ++c) out[c] += total[c] - now[c];
  return edited(shift_value, out);
}

std::vector<Edit> LinearLayer::with_factor_and_shift(const std::vector<double>& total_factor,
                                                     const std::vector<double>& total) const {
  if (!factor_value || !shift_value) return {};
  std::vector<double> scales = numbers(*factor_value), shifts(channels);
  for (std::size_t c = 0; c < channels; ++c) {
    scales[c] *= total_factor[c] / factor[c];
    // y = f (w x + b - mean) + beta
    shifts[c] = total[c] - total_factor[c] * (bias[c] - mean[c]);
  }
  std::vector<Edit> out;
  for (const auto& edit : {edited(factor_value, scales), edited(shift_value, shifts)})
    if (edit) out.push_back(*edit);
  return out;
}

std::optional<std::vector<double>> LinearLayer::proportions(const std::vector<double>& total, double tolerance) const {
  const std::size_t each = weights.size() / channels;
  std::vector<double> out(channels, 0);
  for (std::size_t c = 0; c < channels; ++c) {
    double both = 0, own = 0, theirs = 0, rest = 0;
    for (std::size_t i = c * each; i < (c + 1) * each; ++i) {
      both += total[i] * weights[i];
      own += weights[i] * weights[i];
      theirs += total[i] * total[i];
    }
    out[c] = own > 0 ? both / own : 0;
    for (std::size_t i = c * each; i < (c + 1) * each; ++i)
      rest += (total[i] - out[c] * weights[i]) * (total[i] - out[c] * weights[i]);
    if (rest > tolerance * tolerance * theirs) return std::nullopt;
  }
  return out;
}

std::optional<LinearLayer> linear_layer(const Graph& graph, NodeId node) {
  const NodeId id = conv_at(graph, node);
  if (id == kNone) return std::nullopt;
  const Node& conv = graph.node(id);
  const Value* w = constant_of(graph, conv, 1);
  const std::string filter = word_of(conv, "filter", "OIHW");
  if (!w || w->constant.rank() != 4 || filter.size() != 4) return std::nullopt;
  LinearLayer out;
  for (const char letter : std::string_view("OIHW")) {
    const std::size_t at = filter.find(letter);
    if (at == std::string::npos) return std::nullopt;
    out.order.push_back(static_cast<std::int64_t>(at));
  }
  const auto plain = changed(w->constant, AxesChange{out.order, {}});
  if (!plain.ok()) return std::nullopt;
  out.channels = static_cast<std::size_t>(plain->dim(0));
  if (out.channels == 0) return std::nullopt;
  for (const float x : plain->as<float>()) out.weights.push_back(static_cast<double>(x));
  out.weights_value = w;
  out.bias.assign(out.channels, 0);
  out.factor.assign(out.channels, 1);
  out.shift.assign(out.channels, 0);
  out.mean.assign(out.channels, 0);
  if (const Value* b = constant_of(graph, conv, 2); has_channels(b, out)) {
    out.bias = numbers(*b);
    out.bias_value = b;
  }
  if (word_of(conv, "activation", "none") == "none") follow(graph, id, out);
  return out;
}

}  // namespace dlas::study
