#include "study/localize/contract/label_offset.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <span>

#include "study/compare/background.h"
#include "study/localize/align/alike.h"
#include "study/localize/align/weights.h"

namespace dlas::study::localize {
namespace {

// The last linear operator on the way to the first output.
const Node* classifier(const Graph& graph, const Flow& flow) {
  int step = flow.outputs.empty() ? -1 : flow.outputs[0];
  while (step >= 0) {
    const Step& s = flow.steps[static_cast<std::size_t>(step)];
    if (s.node == kNone) return nullptr;
    if (weights_of(graph, graph.node(s.node))) return &graph.node(s.node);
    step = s.reads.empty() ? -1 : s.reads[0];
  }
  return nullptr;
}

// How alike the rows are when the longer list is read from `first` on.
double alike(const Weights& longer, const Weights& shorter, std::int64_t first) {
  const auto row = static_cast<std::size_t>(shorter.in * shorter.places);
  return correlation(std::span(longer.numbers).subspan(static_cast<std::size_t>(first) * row, shorter.numbers.size()),
                     shorter.numbers);
}

}  // namespace

std::optional<Finding> label_offset(const Models& models) {
  const int classes_a = class_outputs(models.a.file), classes_b = class_outputs(models.b.file);
  if (std::abs(classes_a - classes_b) != 1 || std::min(classes_a, classes_b) < 2) return std::nullopt;
  const Node *a = classifier(models.a.graph, models.flow_a), *b = classifier(models.b.graph, models.flow_b);
  if (!a || !b) return std::nullopt;
  const auto of_a = weights_of(models.a.graph, *a), of_b = weights_of(models.b.graph, *b);
  const bool more = classes_b > classes_a;
  const Weights &longer = more ? *of_b : *of_a, &shorter = more ? *of_a : *of_b;
  if (longer.out != shorter.out + 1 || longer.in * longer.places != shorter.in * shorter.places) return std::nullopt;
  const double behind = alike(longer, shorter, 1), before = alike(longer, shorter, 0);
  if (std::max(behind, before) < 0.8) return std::nullopt;
  Finding out;
  out.category = Category::tensor_structure;
  out.rule = "labels";
  out.diagnosis = fmt::format(
      "it has {} classes where the source has {}: {} has one more, {}", classes_b, classes_a,
      more ? "the target" : "the source",
      behind > before ? "\"background\" before the others, so labels are shifted by one" : "behind the others");
  out.evidence.push_back(
      fmt::format("the classes' weights correlate by {:.3f} when read from the second on, by {:.3f} from the first on",
                  behind, before));
  out.confidence = 1;
  out.confirmed = true;
  out.source_nodes = {{a->name, a->op_name}};
  out.target_nodes = {{b->name, b->op_name}};
  if (behind > before && more) out.proposals.push_back(SetContract{"labels", "labels(1001)", std::nullopt});
  return out;
}

}  // namespace dlas::study::localize
