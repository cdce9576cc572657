// Exp, Tanh, Erf, Sigmoid and Softmax of float32 become the cheaper approximations of compiler/fast_math.h. The only pass that is
// meant to change numbers, so it runs at the highest level or on request.
#include "compiler/fast_math.h"

#include "compiler/pass/list.h"
#include "model/op/list_elementwise.h"
#include "model/op/list_nn.h"

namespace dlas::compiler {
namespace {

const Op* cheaper(const Op* op) {
  if (op == &op::exp) return &fast_exp;
  if (op == &op::tanh) return &fast_tanh;
  if (op == &op::erf) return &fast_erf;
  if (op == &op::sigmoid) return &fast_sigmoid;
  return op == &op::softmax ? &fast_softmax : nullptr;
}

Result<Outcome> run(Graph& graph, const Settings&) {
  Outcome outcome;
  for (NodeId n = 0; n < static_cast<NodeId>(graph.nodes().size()); ++n) {
    Node& node = graph.node(n);
    const Op* fast = cheaper(node.op);
    if (!fast) continue;
    const Type &x = graph.value(node.inputs[0]).type, &y = graph.value(node.outputs[0]).type;
    if (x.dtype != DType::f32 || x.quantized() || y.quantized()) {
      outcome.kept(node, "it is not of plain float32");
      continue;
    }
    outcome.changed(node, node.op_name + " becomes " + std::string(fast->name));
    node.op = fast;
    node.op_name = fast->name;
  }
  if (outcome.changes.empty() && outcome.obstacles.empty()) outcome.absent = "no Exp, Tanh, Erf, Sigmoid or Softmax";
  return outcome;
}

}  // namespace

const Pass fast_math = {
    .name = "fast_math", .summary = "exponential functions become approximations; changes numbers", .run = run};

}  // namespace dlas::compiler
