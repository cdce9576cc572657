// Cast(x) to the type that x has        ->  x
// Cast(Cast(x)), the first one lossless  ->  Cast(x)
// Keeps every output bit for bit.
#include "compiler/attributes.h"
#include "compiler/pass/list.h"
#include "compiler/rebuild.h"
#include "compiler/wiring.h"
#include "model/op/list_elementwise.h"

namespace dlas::compiler {
namespace {

int mantissa(DType d) { return d == DType::f64 ? 53 : d == DType::f32 ? 24 : d == DType::f16 ? 11 : 8; }
int exponent(DType d) { return d == DType::f64 ? 11 : d == DType::f16 ? 5 : 8; }

// Every value of `from` is one of `to`.
bool lossless(DType from, DType to) {
  if (from == to) return true;
  if (is_float(from)) return is_float(to) && mantissa(to) >= mantissa(from) && exponent(to) >= exponent(from);
  if (!is_int(from)) return false;
  const int digits = bits(from) - (is_signed_int(from) ? 1 : 0);
  if (is_float(to)) return digits <= mantissa(to) && (to != DType::f16 || digits <= 11);
  if (is_signed_int(from) && !is_signed_int(to)) return false;
  return is_int(to) && digits <= bits(to) - (is_signed_int(to) ? 1 : 0);
}

struct Plan {
  ValueId source = kNone;  // what the cast reads in the end
  bool drop = false;       // it has the type already
  std::string reason;      // why nothing is done
};

Plan plan(const Wiring& wiring, const Node& node) {
  const Graph& graph = wiring.graph();
  Plan out{node.inputs[0], false, ""};
  const auto dtype = [&](ValueId v) { return graph.value(v).type.dtype; };
  const auto quantized = [&](ValueId v) { return graph.value(v).type.quantized(); };
  const DType to = element_type(node, "to").value_or(DType::none);
  if (quantized(node.inputs[0]) || quantized(node.outputs[0])) return {kNone, false, "it is quantised"};
  for (const Node* p = wiring.producer(out.source); p && p->op == &op::cast; p = wiring.producer(out.source)) {
    if (quantized(p->inputs[0]) || !lossless(dtype(p->inputs[0]), dtype(out.source))) break;
    out.source = p->inputs[0];
  }
  out.drop = dtype(out.source) == to && !wiring.is_output(node.outputs[0]);
  if (!out.drop && out.source == node.inputs[0])
    out.reason = dtype(out.source) == to ? "it gives an output of the graph its name" : "it changes the type";
  return out;
}

Result<Outcome> run(Graph& graph, const Settings&) {
  Outcome outcome;
  const Graph before = graph;
  const Wiring wiring(before);
  Rebuild out(before);
  for (const Node& node : before.nodes()) {
    if (node.op != &op::cast) {
      out.copy(node);
      continue;
    }
    const Plan p = plan(wiring, node);
    if (!p.reason.empty()) {
      outcome.kept(node, p.reason);
      out.copy(node);
    } else if (p.drop) {
      out.replace(node.outputs[0], out.mapped(p.source));
      outcome.changed(node, "the value has the type already");
    } else {
      out.put(node, {out.mapped(p.source)});
      outcome.changed(node, "skips a lossless Cast before it");
    }
  }
  if (outcome.changes.empty() && outcome.obstacles.empty()) outcome.absent = "no Cast";
  if (!outcome.changes.empty()) DLAS_TRY(out.finish(graph));
  return outcome;
}

}  // namespace

const Pass canonicalize_casts = {
    .name = "canonicalize_casts", .summary = "drops Casts that change nothing", .run = run};

}  // namespace dlas::compiler
