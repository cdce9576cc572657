// Another operator of the same family in the place of the source's: Relu for Relu6, a maximum for a mean, Mul for Add.
#include <fmt/format.h>

#include "study/localize/align/likeness.h"
#include "study/localize/rule/list.h"
#include "study/localize/rule/node_edits.h"
#include "study/localize/rule/source_node.h"

namespace dlas::study::localize {
namespace {

// Keeps what the target's node reads from other nodes, takes the source's constants.
Status put(Cone& cone, const Case& c, const Node& a) {
  Graph& graph = cone.graph;
  Node& node = graph.node(graph.value(graph.outputs[0]).producer);
  DLAS_ASSIGN(node.attributes, attributes_there(c, a, node));
  std::vector<ValueId> computed;
  for (const ValueId v : node.inputs)
    if (v != kNone && !graph.value(v).is_constant()) computed.push_back(v);
  std::vector<ValueId> inputs;
  std::size_t next = 0;
  for (const ValueId v : a.inputs) {
    if (v == kNone) {
      inputs.push_back(kNone);
    } else if (const Value& theirs = c.models.a.graph.value(v); theirs.is_constant()) {
      inputs.push_back(graph.add_constant("taken", constant_there(c, theirs.constant)));
    } else if (next < computed.size()) {
      inputs.push_back(computed[next++]);
    } else {
      return make_error(Code::graph, "as many operands", "fewer");
    }
  }
  node.inputs = std::move(inputs);
  node.op = a.op;
  node.op_name = a.op_name;
  graph.value(node.outputs[0]).type = Type();
  return {};
}

}  // namespace

std::vector<Proposal> operators(const Case& c) {
  const Node *a = c.node_a(), *b = c.node_b();
  if (!a || !b || !a->op || !b->op || a->op == b->op || family(*a) != family(*b) || family(*a) == "linear") return {};
  Proposal out;
  out.category = Category::graph;
  out.rule = "operator";
  out.diagnosis = fmt::format("{} stands where the source has {}", b->op_name, a->op_name);
  out.change = [&c, a](Cone& cone) { return put(cone, c, *a); };
  out.edits = edits_for_other(c, *a, *b);
  return {out};
}

}  // namespace dlas::study::localize
