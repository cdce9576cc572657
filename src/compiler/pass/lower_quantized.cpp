// Detours through floats are dropped where integers give the same bits:
//   QuantizeLinear(DequantizeLinear(x; s, z); s, z)       ->  x
//   QuantizeLinear(M(DequantizeLinear(x; s, z)); s, z)    ->  M(x)    where M only moves or chooses elements
// with one positive scale s and one zero point z of the type of x. Exact: (q - z) s, rounded, divided by s and rounded is within
// 2^-15 of q - z for 8-bit q, so it rounds back to q; a positive scale keeps the order of elements.
#include <set>

#include "compiler/attributes.h"
#include "compiler/pass/list.h"
#include "compiler/rebuild.h"
#include "compiler/wiring.h"
#include "model/op/list_elementwise.h"
#include "model/op/list_nn.h"
#include "model/op/list_shape.h"

namespace dlas::compiler {
namespace {

// Operators whose outputs hold elements of their first input, chosen by place or by order.
bool moves(const Node& node) {
  for (const Op* op :
       {&op::reshape, &op::transpose, &op::flatten, &op::squeeze, &op::unsqueeze, &op::slice, &op::gather})
    if (node.op == op) return true;
  return false;
}

struct Scale {
  double scale = 0;
  std::int64_t zero = 0;
  DType dtype = DType::none;  // of the integers
  bool operator==(const Scale&) const = default;
};

// Scale and zero point of a QuantizeLinear or DequantizeLinear with one of each; nothing otherwise.
std::optional<Scale> scale_of(const Graph& graph, const Node& node, DType integers) {
  const auto scale = scalar(graph, input(node, 1));
  const auto zero = has_input(node, 2) ? scalar(graph, node.inputs[2]) : std::optional(0.0);
  if (!scale || !zero || !(*scale > 0) || bits(integers) > 8 || is_packed(integers)) return std::nullopt;
  if (graph.value(node.inputs[1]).type.dtype != DType::f32) return std::nullopt;
  return Scale{*scale, static_cast<std::int64_t>(*zero), integers};
}

struct Plan {
  std::vector<const Node*> movers;  // from the QuantizeLinear up
  ValueId source = kNone;           // the integers
  std::string reason;
};

Plan plan(const Wiring& wiring, const Node& quantize) {
  const Graph& graph = wiring.graph();
  Plan p;
  const auto to = scale_of(graph, quantize, graph.value(quantize.outputs[0]).type.dtype);
  if (!to) return {{}, kNone, "it has not one positive scale and one zero point of 8 bits"};
  const Node* node = wiring.producer(quantize.inputs[0]);
  for (const Node* reader = &quantize; node && moves(*node); node = wiring.producer(node->inputs[0])) {
    if (wiring.only_reader(node->outputs[0]) != reader) return {{}, kNone, "what it reads has other readers"};
    p.movers.push_back(node);
    reader = node;
  }
  if (!node || node->op != &op::dequantize_linear) return {{}, kNone, "what it reads is computed from floats"};
  if (scale_of(graph, *node, graph.value(node->inputs[0]).type.dtype) != to)
    return {{}, kNone, "it has another scale than the DequantizeLinear before it"};
  p.source = node->inputs[0];
  if (p.movers.empty() && wiring.is_output(quantize.outputs[0])) p.reason = "it gives an output of the graph its name";
  return p;
}

void rewrite(Rebuild& out, const Node& quantize, const Plan& p) {
  ValueId x = out.mapped(p.source);
  for (std::size_t i = p.movers.size(); i-- > 0;) {
    const Node& mover = *p.movers[i];
    std::vector<ValueId> inputs = out.mapped(mover.inputs);
    inputs[0] = x;
    x = i > 0 ? out.emit(*mover.op, mover.attributes, inputs, mover.name + "/integers")
              : out.emit_as(quantize.outputs[0], *mover.op, mover.attributes, inputs, &mover);
  }
  if (p.movers.empty()) out.replace(quantize.outputs[0], x);
}

Result<Outcome> run(Graph& graph, const Settings&) {
  Outcome outcome;
  const Graph before = graph;
  const Wiring wiring(before);
  Rebuild out(before);
  for (const Node& node : before.nodes()) {
    if (node.op != &op::quantize_linear) {
      out.copy(node);
      continue;
    }
    const Plan p = plan(wiring, node);
    if (!p.reason.empty()) {
      outcome.kept(node, p.reason);
      out.copy(node);
      continue;
    }
    rewrite(out, node, p);
    outcome.changed(node, p.movers.empty() ? "the integers are there already" : "integers are moved, not floats");
  }
  if (outcome.changes.empty() && outcome.obstacles.empty()) outcome.absent = "no QuantizeLinear";
  if (!outcome.changes.empty()) DLAS_TRY(out.finish(graph));
  return outcome;
}

}  // namespace

const Pass lower_quantized = {
    .name = "lower_quantized", .summary = "detours through floats go where integers give the same bits", .run = run};

}  // namespace dlas::compiler
