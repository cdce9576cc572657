// Inputs and outputs in the layout of the operators inside, so that no Transpose is left at the edge:
//   input x -> Transpose(x)  ->  input x of turned sizes          Transpose(y) -> output  ->  y is the output
// Changes the contract of the graph, so it runs on request only. Numbers move, none changes.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/attributes.h"
#include "compiler/export/export.h"
#include "compiler/wiring.h"
#include "model/op/list_shape.h"

namespace dlas::compiler {
namespace {

using Axes = std::vector<std::int64_t>;

// The permutation by which alone an input is read; empty when it is read otherwise, too.
Axes turned_input(const Wiring& wiring, ValueId input) {
  Axes perm;
  std::size_t reads = 0;
  for (const Node& node : wiring.graph().nodes())
    for (std::size_t slot = 0; slot < node.inputs.size(); ++slot) {
      if (node.inputs[slot] != input) continue;
      const Axes own = node.op == &op::transpose ? integers(node, "perm") : Axes{};
      if (own.empty() || (reads > 0 && own != perm)) return {};
      perm = own;
      ++reads;
    }
  return wiring.uses(input) == reads ? perm : Axes{};
}

Type turned(const Type& type, const Axes& perm) {
  Type out = type;
  for (std::size_t i = 0; i < perm.size(); ++i) {
    const auto from = static_cast<std::size_t>(perm[i]);
    (*out.dims)[i] = type.dim(from);
    if (type.axes.size() == perm.size()) out.axes[i] = type.axes[from];
  }
  return out;
}

// Who reads `old` reads `now`.
void replace(Graph& graph, ValueId old, ValueId now) {
  for (std::size_t n = 0; n < graph.nodes().size(); ++n)
    std::ranges::replace(graph.node(static_cast<NodeId>(n)).inputs, old, now);
  std::ranges::replace(graph.outputs, old, now);
}

void turn_inputs(Graph& graph, Outcome& outcome) {
  const Graph before = graph;
  const Wiring wiring(before);
  for (const ValueId input : before.inputs) {
    const Axes perm = turned_input(wiring, input);
    const Value& value = before.value(input);
    if (perm.empty() || !value.type.ranked() || value.type.quantized()) continue;
    graph.value(input).type = turned(value.type, perm);
    for (const Node& node : before.nodes())
      if (node.op == &op::transpose && node.inputs[0] == input) replace(graph, node.outputs[0], input);
    outcome.changes.push_back({value.name, fmt::format("input with axes {}", fmt::join(perm, ","))});
  }
}

void turn_outputs(Graph& graph, Outcome& outcome) {
  const Graph before = graph;
  const Wiring wiring(before);
  for (ValueId& output : graph.outputs) {
    const Node* node = wiring.producer(output);
    if (!node || node->op != &op::transpose || wiring.uses(output) != 1) continue;
    const ValueId inner = node->inputs[0];
    if (before.value(inner).producer == kNone || before.value(inner).type.quantized()) continue;
    outcome.changes.push_back(
        {before.value(output).name, fmt::format("output with the axes of '{}'", before.value(inner).name)});
    output = inner;
  }
}

Result<Outcome> run(Graph& graph, const Settings&) {
  Outcome outcome;
  turn_inputs(graph, outcome);
  turn_outputs(graph, outcome);
  if (outcome.changes.empty()) outcome.absent = "no Transpose at an input or output";
  return outcome;
}

}  // namespace

const Pass relabel_contract = {.name = "relabel_contract",
                               .summary = "inputs and outputs in the layout of the operators inside",
                               .parameters = {},
                               .run = run};

}  // namespace dlas::compiler
