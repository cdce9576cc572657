// An operator of the source that the target lacks behind the region (an activation, a scale, an addition), or one too many.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "study/localize/align/likeness.h"
#include "study/localize/rule/edits.h"
#include "study/localize/rule/list.h"
#include "study/localize/rule/node_edits.h"
#include "study/localize/rule/source_node.h"

namespace dlas::study::localize {
namespace {

// The operand of the source's last node that the target's value would be: the only one that no pair has.
std::optional<std::size_t> open_operand(const Case& c, const Node& a) {
  std::optional<std::size_t> found;
  for (std::size_t slot = 0; slot < a.inputs.size(); ++slot) {
    const ValueId v = a.inputs[slot];
    if (v == kNone || c.models.a.graph.value(v).is_constant()) continue;
    const int step = c.models.flow_a.of_value[static_cast<std::size_t>(v)];
    const bool paired = std::ranges::find(c.settled.pairs, step, &Aligned::step_a) != c.settled.pairs.end();
    if (paired) continue;
    if (found) return std::nullopt;
    found = slot;
  }
  return found;
}

std::vector<Proposal> lost(const Case& c, const Node& a, const Node& b) {
  const auto slot = open_operand(c, a);
  if (!slot || !a.op) return {};
  Proposal out;
  out.category = Category::graph;
  out.rule = "lost operator";
  out.diagnosis = fmt::format("the {} behind this {} is lost", a.op_name, b.op_name);
  out.change = [&c, node = &a, at = *slot](Cone& cone) { return append(cone, c, *node, at); };
  out.edits = edits_for_lost(c, a, b);
  return {out};
}

std::vector<Proposal> extra(const Case& c, const Node& b) {
  std::vector<Proposal> out;
  for (std::size_t slot = 0; slot < b.inputs.size(); ++slot) {
    const ValueId v = b.inputs[slot];
    if (v == kNone || c.models.b.graph.value(v).is_constant()) continue;
    Proposal one;
    one.category = Category::graph;
    one.rule = "extra operator";
    one.diagnosis = fmt::format("it has a {} that the source has not", b.op_name);
    one.change = [slot](Cone& cone) -> Status {
      const Node& last = cone.graph.node(cone.graph.value(cone.graph.outputs[0]).producer);
      const ValueId before = last.inputs[slot];
      if (cone.graph.value(before).producer == kNone) return make_error(Code::graph, "a computed value", "an input");
      cone.graph.outputs = {before};
      cone.graph.prune();
      return {};
    };
    one.edits = edits_for_extra(c, b, slot);
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace

std::vector<Proposal> extra_or_lost(const Case& c) {
  const Node *a = c.node_a(), *b = c.node_b();
  if (!a || !b) return {};
  std::vector<Proposal> out;
  if (family(*a) != family(*b)) {
    out = extra(c, *b);
    for (Proposal& p : lost(c, *a, *b)) out.push_back(std::move(p));
  }
  return out;
}

}  // namespace dlas::study::localize
