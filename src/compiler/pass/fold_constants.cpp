// Computes nodes whose inputs are all constants, once, with the reference kernels. Keeps every output bit for bit.
//
// Shape and Size of values with fixed sizes count as constants. Nothing more is folded once the constants made take `bytes`.
#include <fmt/format.h>

#include <algorithm>

#include "base/checked.h"
#include "compiler/pass/list.h"
#include "model/executor/execution.h"
#include "model/graph/infer.h"
#include "model/op/list_shape.h"

namespace dlas::compiler {
namespace {

bool of_shape(const Node& node) { return node.op == &op::shape || node.op == &op::size; }

bool foldable(const Graph& graph, const Node& node) {
  if (!node.op || node.inputs.empty()) return false;
  return std::ranges::all_of(node.inputs, [&](ValueId v) {
    return v == kNone || graph.value(v).is_constant() || (of_shape(node) && graph.value(v).type.fixed());
  });
}

// Bytes of all outputs; nothing where they are not known before.
std::uint64_t result_bytes(const Graph& graph, const Node& node) {
  std::uint64_t sum = 0;
  for (const Type& type : output_types(graph, node)) sum = checked_add(sum, type.bytes().value_or(0)).value_or(~0ULL);
  return sum;
}

// Runs the node and makes constants of its outputs.
Result<std::uint64_t> fold(Graph& graph, NodeId n) {
  const Node& node = graph.node(n);
  const std::vector<Tensor> in = input_constants(graph, node);
  const Types types = input_types(graph, node);
  Usage usage;
  DLAS_ASSIGN(auto out, execute(graph, node, types, in, {}, usage));
  for (std::size_t i = 0; i < node.outputs.size(); ++i) {
    if (node.outputs[i] == kNone) continue;
    Value& value = graph.value(node.outputs[i]);
    const auto quantization = value.type.quantization;
    value.type = Type::of(out[i]);
    value.type.quantization = quantization;
    value.constant = std::move(out[i]);
    value.producer = kNone;
  }
  std::ranges::fill(graph.node(n).outputs, kNone);
  return usage.live_bytes;
}

Result<Outcome> run(Graph& graph, const Settings& settings) {
  Outcome outcome;
  std::uint64_t left = number(settings, "bytes");
  for (NodeId n = 0; n < static_cast<NodeId>(graph.nodes().size()); ++n) {
    if (!graph.node(n).op) continue;
    DLAS_TRY(infer_types(graph, n));
    if (!foldable(graph, graph.node(n))) continue;
    if (result_bytes(graph, graph.node(n)) > left) {
      outcome.kept(graph.node(n), "its result is larger than what is left of `bytes`");
      continue;
    }
    const std::string what = fmt::format("{} computed now", graph.node(n).op_name);
    DLAS_ASSIGN(const std::uint64_t made, fold(graph, n));
    left -= std::min(left, made);
    outcome.changed(graph.node(n), what);
  }
  if (outcome.changes.empty() && outcome.obstacles.empty()) outcome.absent = "no node has only constant inputs";
  return outcome;
}

constexpr Parameter kParameters[] = {{"bytes", "most memory for the constants it makes", "1073741824"}};

}  // namespace

const Pass fold_constants = {.name = "fold_constants",
                             .summary = "computes what depends on constants only",
                             .parameters = kParameters,
                             .run = run};

}  // namespace dlas::compiler
