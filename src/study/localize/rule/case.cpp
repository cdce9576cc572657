#include <algorithm>

#include "study/localize/rule/rule.h"

namespace dlas::study::localize {
namespace {

const Node* node_of(const Graph& graph, const Flow& flow, int step) {
  const NodeId n = flow.steps[static_cast<std::size_t>(step)].node;
  return n == kNone ? nullptr : &graph.node(n);
}

}  // namespace

const Node* Case::node_a() const { return node_of(models.a.graph, models.flow_a, pair().step_a); }
const Node* Case::node_b() const { return node_of(models.b.graph, models.flow_b, pair().step_b); }

Result<Case> case_of(const Models& models, const Settled& settled, std::size_t index, const Probe& probe) {
  Case out{models, settled, index, probe, {}, {}, {}, {}};
  std::set<ValueId> cuts_a, cuts_b;
  for (const Aligned& pair : settled.pairs) {
    cuts_a.insert(pair.a);
    cuts_b.insert(pair.b);
  }
  DLAS_ASSIGN(out.cone_a, cone(models.a.graph, cuts_a, out.pair().a));
  DLAS_ASSIGN(out.cone_b, cone(models.b.graph, cuts_b, out.pair().b));
  out.wanted = probe.of_source().at(out.pair().a);
  auto made = probe.forced(settled.pairs, out.pair(), probe.of_source());
  if (made.ok() && made->count() == out.wanted.count())
    out.made = reordered(*made, out.pair().order).reshaped(out.wanted.shape());
  return out;
}

}  // namespace dlas::study::localize
