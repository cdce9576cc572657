// Faults of batch normalisation: 23 to 26 of the catalogue.
#include <algorithm>
#include <cmath>

#include "study/repair/fault/fault.h"
#include "study/repair/splice.h"

namespace dlas::study::fault {
namespace {

enum Input { kX, kScale, kShift, kMean, kVariance };

bool is_norm(const Graph& graph, NodeId id) {
  const Node& node = graph.node(id);
  return node.op_name == "BatchNormalization" && constant(graph, node, kVariance) && constant(graph, node, kMean);
}

}  // namespace

std::vector<Edit> other_epsilon(const Graph& graph, NodeId id, data::Random&) {
  if (!is_norm(graph, id)) return {};
  const AttributeList list = graph.node(id).attributes.list();
  const AttributeValue* before = attribute(list, "epsilon");
  const double now = before ? std::get<double>(*before) : 1e-5;
  const auto after = static_cast<double>(now > 5e-4 ? 1e-5F : 1e-3F);
  return {SetAttribute{node_name(graph, id), "epsilon", after, now}};
}

// A batch has another mean and variance than the whole.
std::vector<Edit> other_statistics(const Graph& graph, NodeId id, data::Random& random) {
  if (!is_norm(graph, id)) return {};
  std::vector<Edit> out;
  for (const Input slot : {kMean, kVariance}) {
    const Value* v = constant(graph, graph.node(id), slot);
    Tensor t = v->constant.clone();
    for (float& x : t.mutable_as<float>()) x *= 0.6F + 0.8F * static_cast<float>(random.below(1000)) / 1000;
    out.emplace_back(SetTensor{v->name, CopyChange{t}, {}});
  }
  return out;
}

// Two of the four vectors in each other's place; those whose roots would be of negative numbers excluded.
std::vector<Edit> swapped_vectors(const Graph& graph, NodeId id, data::Random& random) {
  if (!is_norm(graph, id)) return {};
  const Node& node = graph.node(id);
  const std::string name = node_name(graph, id);
  const auto swap = [&](Input a, Input b) -> std::vector<Edit> {
    const Value *x = constant(graph, node, a), *y = constant(graph, node, b);
    if (!x || !y || x->constant.shape() != y->constant.shape()) return {};
    return {Rewire{name, a, y->name, x->name}, Rewire{name, b, x->name, y->name}};
  };
  return random.below(2) == 0 ? swap(kShift, kMean) : swap(kScale, kVariance);
}

// The factors of the output channels on the input channels, where there are as many.
std::vector<Edit> wrongly_folded(const Graph& graph, NodeId id, data::Random& random) {
  const Node& node = graph.node(id);
  const Value* w = node.op_name == "Conv" ? constant(graph, node, 1) : nullptr;
  if (!w || w->type.dtype != DType::f32 || w->constant.rank() != 4 || w->constant.dim(0) != w->constant.dim(1) ||
      w->constant.dim(0) < 2)
    return {};
  const auto channels = static_cast<std::size_t>(w->constant.dim(0));
  std::vector<double> factors, back;
  for (std::size_t i = 0; i < channels; ++i) {
    factors.push_back(0.5 + static_cast<double>(random.below(1000)) / 1000);
    back.push_back(1 / factors.back());
  }
  const std::vector<double> zeros(channels, 0);
  return {SetTensor{w->name, AffineChange{0, back, zeros}, {}},
          SetTensor{w->name, AffineChange{1, factors, zeros}, {}}};
}

}  // namespace dlas::study::fault
