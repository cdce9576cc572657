// Weights, bias or another constant of the target's node that is not the source's: raw, permuted, scaled, rounded.
// Linear operators are compared in one order of axes (align/weights.h); what a file stores in another order is no difference.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "compiler/wiring.h"
#include "study/localize/align/alike.h"
#include "study/localize/align/weights.h"
#include "study/localize/rule/edits.h"
#include "study/localize/rule/file_weights.h"
#include "study/localize/rule/list.h"
#include "study/localize/rule/weight_change.h"

namespace dlas::study::localize {
namespace {

// Replaces the constant in an input slot of the region's last node.
std::function<Status(Cone&)> put(std::size_t slot, Tensor tensor) {
  return [slot, tensor = std::move(tensor)](Cone& cone) -> Status {
    Graph& graph = cone.graph;
    Node& node = graph.node(graph.value(graph.outputs[0]).producer);
    const ValueId fresh = graph.add_constant("replaced", tensor);
    if (slot < node.inputs.size()) node.inputs[slot] = fresh;
    else if (slot == node.inputs.size()) node.inputs.push_back(fresh);
    else return make_error(Code::graph, "a slot behind the others", std::to_string(slot));
    return {};
  };
}

Proposal replaced(const Case& c, const Node& b, std::size_t slot, const Tensor& after, std::string diagnosis) {
  Proposal out;
  out.category = Category::weights;
  out.rule = "constant";
  out.diagnosis = std::move(diagnosis);
  out.change = put(slot, after);
  if (compiler::has_input(b, slot)) out.edits = constant_edits(c, file_constant(c, b.inputs[slot]), after);
  return out;
}

Proposal both(Proposal first, const Proposal& second) {
  first.diagnosis += "; " + second.diagnosis;
  first.evidence.insert(first.evidence.end(), second.evidence.begin(), second.evidence.end());
  first.edits.insert(first.edits.end(), second.edits.begin(), second.edits.end());
  first.change = [one = first.change, two = second.change](Cone& cone) -> Status {
    DLAS_TRY(one(cone));
    return two(cone);
  };
  return first;
}

Tensor vector_of(const std::vector<float>& numbers) {
  return Tensor::of<float>({std::ssize(numbers)}, std::span<const float>(numbers));
}

std::optional<Proposal> bias_proposal(const Case& c, const Node& b, const Weights& of_a, const Weights& of_b) {
  if (of_a.bias == of_b.bias || of_a.out != of_b.out) return std::nullopt;
  std::vector<float> wanted = of_a.bias;
  if (wanted.empty()) wanted.assign(static_cast<std::size_t>(of_a.out), 0.0F);
  const auto zero = [](const std::vector<float>& v) { return std::ranges::all_of(v, [](float x) { return x == 0; }); };
  const std::string what = zero(of_b.bias) ? "the bias is lost"
                           : zero(wanted)  ? "it has a bias that the source has not"
                                           : "the bias is " + bias_change(of_b.bias, wanted);
  Proposal out = replaced(c, b, 2, vector_of(wanted), what);
  out.edits = bias_edits(c, b, wanted);
  return out;
}

std::vector<Proposal> linear(const Case& c, const Node& b, const Weights& of_a, const Weights& of_b) {
  std::vector<Proposal> out;
  const auto bias = bias_proposal(c, b, of_a, of_b);
  if (bias) out.push_back(*bias);
  if (of_a.numbers.size() != of_b.numbers.size() || of_a.out != of_b.out) return out;
  if (of_a.numbers == of_b.numbers) return out;
  const Tensor& before = c.models.b.graph.value(of_b.value).constant;
  const auto after = in_order_of(c.models.b.graph, b, of_a.numbers, before);
  if (!after) return out;
  Proposal weights = replaced(c, b, 1, *after, "the weights are " + weight_change(of_b, of_a));
  weights.edits = weight_edits(c, b, of_a.numbers);
  weights.evidence.push_back(fmt::format("correlation of the weights with the source's {}",
                                         significant(correlation(of_a.numbers, of_b.numbers))));
  out.push_back(weights);
  if (bias) out.push_back(both(weights, *bias));
  return out;
}

// Constants of other operators: a scale, slopes, limits.
std::vector<Proposal> others(const Case& c, const Node& a, const Node& b) {
  std::vector<Proposal> out;
  for (std::size_t slot = 1; slot < a.inputs.size(); ++slot) {
    const Tensor* theirs = compiler::constant_input(c.models.a.graph, a, slot);
    const Tensor* ours = compiler::constant_input(c.models.b.graph, b, slot);
    if (!theirs || theirs->dtype() == DType::none) continue;
    if (ours && (ours->dtype() != theirs->dtype() || ours->count() != theirs->count())) continue;
    if (!ours && (compiler::has_input(b, slot) || slot > b.inputs.size())) continue;
    if (ours && std::ranges::equal(ours->bytes(), theirs->bytes())) continue;
    const Tensor after = ours ? theirs->reshaped(Shape(ours->shape())) : *theirs;
    const std::string name = slot_text(*b.op, slot);
    const std::string what = !ours ? fmt::format("it lacks {}", name)
                             : theirs->count() == 1
                                 ? fmt::format("{} is {} where the source has {}", name, significant(ours->number(0)),
                                               significant(theirs->number(0)))
                                 : fmt::format("{} holds other numbers than the source's", name);
    Proposal one = replaced(c, b, slot, after, what);
    if (theirs->count() == 1 || is_int(theirs->dtype())) one.category = Category::hyperparameters;
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace

std::vector<Proposal> constants(const Case& c) {
  const Node *a = c.node_a(), *b = c.node_b();
  if (!a || !b || !b->op) return {};
  const auto of_a = weights_of(c.models.a.graph, *a), of_b = weights_of(c.models.b.graph, *b);
  if (of_a && of_b) return linear(c, *b, *of_a, *of_b);
  return a->op == b->op ? others(c, *a, *b) : std::vector<Proposal>();
}

}  // namespace dlas::study::localize
