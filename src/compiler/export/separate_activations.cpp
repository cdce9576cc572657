// A function that an operator applies to its result becomes a node of its own:
//   Conv{activation=relu6}(x, w)  ->  Clip(Conv(x, w), 0, 6)
// Keeps the numbers within rounding: the operator now rounds its result before the function; the rectifiers keep every bit.
// Quantised operators are left alone: there the function is a limit of the integers (see expand_quantized).
#include <fmt/format.h>

#include "compiler/attributes.h"
#include "compiler/export/export.h"
#include "compiler/rebuild.h"
#include "compiler/weights.h"
#include "model/op/list_elementwise.h"

namespace dlas::compiler {
namespace {

std::string obstacle(const Graph& graph, const Node& node) {
  for (const ValueId v : node.outputs)
    if (v != kNone && graph.value(v).type.quantized()) return "it is quantised";
  const std::string activation = word(node, "activation");
  if (activation == "sign_bit") return "no operator computes sign_bit";
  return "";
}

// Clip takes its limits in the type of its input.
ValueId limit(Rebuild& out, const std::string& name, DType dtype, double number) {
  return out.constant(name, rounded(dtype, {}, {number}));
}

void separate(Rebuild& out, const Node& node) {
  const std::string activation = word(node, "activation");
  const ValueId old = node.outputs[0];
  const std::string name = node.name + "/" + activation;
  const ValueId inner = out.emit(*node.op, with(*node.op, node.attributes, {{"activation", std::string("none")}}),
                                 out.mapped(node.inputs), node.name + "/linear");
  Node like = node;
  like.name = name;
  const DType dtype = out.type(inner).dtype;
  if (activation == "relu") {
    out.emit_as(old, op::relu, {}, {inner}, &like);
  } else if (activation == "tanh") {
    out.emit_as(old, op::tanh, {}, {inner}, &like);
  } else {
    const double low = activation == "relu6" ? 0 : -1, high = activation == "relu6" ? 6 : 1;
    out.emit_as(old, op::clip, {},
                {inner, limit(out, name + "/min", dtype, low), limit(out, name + "/max", dtype, high)}, &like);
  }
}

Result<Outcome> run(Graph& graph, const Settings&) {
  Outcome outcome;
  const Graph before = graph;
  Rebuild out(before);
  for (const Node& node : before.nodes()) {
    if (!node.op || !activates(node)) {
      out.copy(node);
    } else if (const std::string reason = obstacle(before, node); !reason.empty()) {
      outcome.kept(node, reason);
      out.copy(node);
    } else {
      separate(out, node);
      outcome.changed(node, fmt::format("{} inside {} becomes a node", word(node, "activation"), node.op_name));
    }
  }
  if (outcome.changes.empty() && outcome.obstacles.empty()) outcome.absent = "no operator with a function inside";
  if (!outcome.changes.empty()) DLAS_TRY(out.finish(graph));
  return outcome;
}

}  // namespace

const Pass separate_activations = {.name = "separate_activations",
                                   .summary = "functions inside operators become nodes of their own",
                                   .parameters = {},
                                   .run = run};

}  // namespace dlas::compiler
