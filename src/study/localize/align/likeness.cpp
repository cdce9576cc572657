#include "study/localize/align/likeness.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace dlas::study::localize {
namespace {

struct Family {
  std::string_view name;
  std::vector<std::string_view> operators;
};

const std::vector<Family>& families() {
  static const std::vector<Family> kAll = {
      {"linear", {"Conv", "FullyConnected", "Gemm", "MatMul"}},
      {"activation",
       {"Celu", "Clip", "Elu", "Gelu", "HardSigmoid", "HardSwish", "LeakyRelu", "Mish", "PRelu", "Relu", "Relu6",
        "ReluN1To1", "Selu", "Sigmoid", "Softplus", "Softsign", "Swish", "Tanh", "ThresholdedRelu"}},
      {"pool", {"AveragePool", "GlobalAveragePool", "GlobalMaxPool", "MaxPool", "ReduceMean", "ReduceMax", "LpPool"}},
      {"arithmetic", {"Add", "Div", "Max", "Min", "Mul", "Sub", "Sum"}},
      {"norm", {"BatchNormalization", "GroupNormalization", "InstanceNormalization", "LayerNormalization"}},
      {"softmax", {"LogSoftmax", "Softmax"}},
  };
  return kAll;
}

std::size_t at(int i) { return static_cast<std::size_t>(i); }

std::vector<std::int64_t> sizes_of(const Type& type) {
  std::vector<std::int64_t> sizes = type.shape();
  std::erase(sizes, 1);
  std::ranges::sort(sizes);
  return sizes;
}

// Of the own label and the neighbours', whatever their order.
std::vector<Hash> spread(const Flow& flow, const std::vector<Hash>& labels, std::vector<int> Step::* neighbours) {
  std::vector<Hash> out;
  for (std::size_t i = 0; i < flow.steps.size(); ++i) {
    std::vector<Hash> around;
    for (const int n : flow.steps[i].*neighbours) around.push_back(labels[at(n)]);
    std::ranges::sort(around);
    Hasher hasher;
    hasher.add(labels[i]);
    for (const Hash& h : around) hasher.add(h);
    out.push_back(hasher.finish());
  }
  return out;
}

double nearness(double distance) {
  if (!(distance < 1)) return -1;
  return std::clamp(-std::log10(std::max(distance, 1e-4)), 0.0, 4.0) / 4;  // 1 for equal, 0.5 at 1 %, 0 at 100 %
}

double parameter_points(const Traces& a, std::size_t i, const Traces& b, std::size_t j) {
  const auto &x = a.sketches[i], &y = b.sketches[j];
  if (x.has_value() != y.has_value()) return -1;
  if (!x) return 0;
  return 3 * std::max(nearness(distance(*x, *y)), 0.9 * nearness(scaled_distance(*x, *y)));
}

}  // namespace

std::string_view family(const Node& node) {
  for (const Family& one : families())
    if (std::ranges::find(one.operators, std::string_view(node.op_name)) != one.operators.end()) return one.name;
  return node.op_name;
}

Traces traces_of(const Graph& graph, const Flow& flow) {
  Traces out;
  std::vector<Hash> labels;
  for (std::size_t i = 0; i < flow.steps.size(); ++i) {
    const Step& step = flow.steps[i];
    const Node* node = step.node == kNone ? nullptr : &graph.node(step.node);
    out.families.push_back(node ? family(*node) : "input");
    out.operators.push_back(node ? std::string_view(node->op_name) : "input");
    out.sizes.push_back(graph.value(step.value).type.fixed() ? sizes_of(graph.value(step.value).type)
                                                             : std::vector<std::int64_t>());
    out.sketches.push_back(node ? sketch_of(graph, *node) : std::nullopt);
    out.place.push_back(static_cast<double>(i) / static_cast<double>(std::max<std::size_t>(flow.steps.size(), 1)));
    labels.push_back(Hasher().add(out.families.back()).finish());
  }
  out.before1 = spread(flow, labels, &Step::reads);
  out.before2 = spread(flow, out.before1, &Step::reads);
  out.behind1 = spread(flow, labels, &Step::feeds);
  out.behind2 = spread(flow, out.behind1, &Step::feeds);
  return out;
}

double likeness(const Traces& a, int step_a, const Traces& b, int step_b) {
  const std::size_t i = at(step_a), j = at(step_b);
  if (a.families[i] != b.families[j]) return 0;
  double points = a.operators[i] == b.operators[j] ? 1 : 0.3;
  points += a.sizes[i] == b.sizes[j] ? 1 : -0.5;
  points += parameter_points(a, i, b, j);
  points += 0.5 * ((a.before1[i] == b.before1[j]) + (a.before2[i] == b.before2[j]) + (a.behind1[i] == b.behind1[j]) +
                   (a.behind2[i] == b.behind2[j]));
  return points + 1 - 2 * std::abs(a.place[i] - b.place[j]);
}

}  // namespace dlas::study::localize
