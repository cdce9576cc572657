// Transposes move behind operators that do not care for the order of axes, and cancel where two meet:
//   f(Transpose(x))                ->  Transpose(f(x))          elementwise operators, Concat, Pad, Softmax
//   Transpose(Transpose(x, p), q)  ->  Transpose(x, p q), or x where p q is the identity
// Keeps every output bit for bit. When the graph would move more bytes than before, it stays as it was.
#include <fmt/format.h>

#include "base/text.h"
#include "compiler/attributes.h"
#include "compiler/layout_flow.h"
#include "compiler/pass/list.h"
#include "model/op/list_shape.h"

namespace dlas::compiler {
namespace {

bool quantized_by_axis(const Type& type) { return type.quantized() && type.quantization->per_axis(); }

// The output becomes the twin of what the Transpose reads, or of the twin of that.
bool absorb(LayoutFlow& flow, const Node& node) {
  const Graph& before = flow.out().before();
  const ValueId x = node.inputs[0];
  const Type &from = before.value(x).type, &to = before.value(node.outputs[0]).type;
  if (!from.ranked() || quantized_by_axis(to)) return false;
  const bool same_meaning =
      from.quantized() == to.quantized() && (!to.quantized() || *from.quantization == *to.quantization);
  const auto perm = perm_of(node, from.rank());
  if (!perm || !same_meaning) return false;
  const Twin* t = flow.twin(x);
  const Twin source = t ? *t : Twin{flow.plain(x), Perm()};
  Perm all;
  for (std::size_t i = 0; i < perm->size(); ++i) all.push_back(t ? source.perm[(*perm)[i]] : (*perm)[i]);
  flow.set_twin(node.outputs[0], {source.value, all});
  return true;
}

Result<Outcome> run(Graph& graph, const Settings&) {
  Outcome outcome, tried;
  const Graph before = graph;
  LayoutFlow flow(before);
  const Node* first = nullptr;
  for (const Node& node : before.nodes()) {
    if (node.op == &op::transpose) {
      if (!first) first = &node;
      if (absorb(flow, node)) continue;
      outcome.kept(node, "its order of axes or its quantisation cannot move");
    } else if (flow.pass_through(node)) {
      tried.changed(node, node.op_name + " comes before the Transpose");
      continue;
    }
    flow.copy(node);
  }
  if (!first) {
    outcome.absent = "no Transpose";
    return outcome;
  }
  Graph after = before;
  DLAS_TRY(flow.finish(after));
  const std::uint64_t was = transposed_bytes(before), is = transposed_bytes(after);
  if (is >= was) {
    outcome.kept(*first, fmt::format("sinking would move {} bytes instead of {}", thousands(is), thousands(was)));
    return outcome;
  }
  graph = std::move(after);
  outcome.changes = std::move(tried.changes);
  outcome.changed(*first, fmt::format("Transposes move {} bytes instead of {}", thousands(is), thousands(was)));
  return outcome;
}

}  // namespace

const Pass sink_transposes = {
    .name = "sink_transposes", .summary = "Transposes move down and cancel where two meet", .run = run};

}  // namespace dlas::compiler
