// The dense layers of all formats become one form, weights [out, in]:
//   MatMul(x, W) [+ b], Gemm(x, W, b) with constant W and b  ->  FullyConnected(x, W', b')
// alpha and beta of Gemm are multiplied into W and b in float64. Outputs stay within rounding.
#include "compiler/attributes.h"
#include "compiler/pass/list.h"
#include "compiler/rebuild.h"
#include "compiler/weights.h"
#include "compiler/wiring.h"
#include "model/op/list_elementwise.h"
#include "model/op/list_nn.h"
#include "model/op/real.h"

namespace dlas::compiler {
namespace {

struct Dense {
  const Node* product = nullptr;   // the MatMul or Gemm
  const Node* addition = nullptr;  // the Add behind a MatMul
  ValueId x = kNone, bias = kNone;
  std::int64_t out = 0, in = 0;
  bool transposed = false;  // the weights are [out, in] already
  double alpha = 1, beta = 1;
};

// One number an output, along the last axis; nothing when the value is something else.
std::optional<std::vector<double>> bias_of(const Graph& graph, ValueId v, std::int64_t out) {
  const std::size_t rank = std::max<std::size_t>(graph.value(v).type.ranked() ? graph.value(v).type.rank() : 0, 2);
  return channel_vector(graph, v, Type(DType::f32, std::vector<Dim>(rank, 1)), rank - 1, out);
}

std::string obstacle(const Wiring& wiring, const Node& node, Dense& d) {
  const Graph& graph = wiring.graph();
  const Tensor* w = constant_input(graph, node, 1);
  const Type& x = graph.value(node.inputs[0]).type;
  const bool gemm = node.op == &op::gemm;
  if (!w) return "its second factor is not a constant";
  if (w->rank() != 2) return "its weights have not two axes";
  if (!is_float(w->dtype()) || graph.value(node.inputs[1]).type.quantized() || x.quantized()) return "it is quantised";
  if (!x.ranked() || x.rank() < 2) return "its input has less than two axes";
  if (gemm && *flag(node, "transA")) return "its input is transposed";
  if (!gemm && (*flag(node, "adj_x") || x.dtype != w->dtype())) return "its input is transposed or of another type";
  d.transposed = gemm ? *flag(node, "transB") : *flag(node, "adj_y");
  d.product = &node;
  d.x = node.inputs[0];
  d.out = w->dim(d.transposed ? 0 : 1);
  d.in = w->dim(d.transposed ? 1 : 0);
  if (gemm) {
    d.alpha = *real(node, "alpha");
    d.beta = *real(node, "beta");
    d.bias = input(node, 2);
    if (d.bias != kNone && !bias_of(graph, d.bias, d.out)) return "its addend is not one number an output";
    return "";
  }
  const Node* add = wiring.only_reader(node.outputs[0]);
  if (!add || add->op != &op::add) return "";
  const ValueId other = add->inputs[add->inputs[0] == node.outputs[0] ? 1 : 0];
  if (other == node.outputs[0] || !bias_of(graph, other, d.out)) return "";
  const Tensor& b = graph.value(other).constant;
  if (b.rank() > x.rank()) return "";  // it would add an axis
  d.addition = add;
  d.bias = other;
  return "";
}

void rewrite(Rebuild& out, const Dense& d) {
  const Graph& graph = out.before();
  const Tensor& w = *constant_input(graph, *d.product, 1);
  const std::vector<double> from = op::reals(w);
  std::vector<double> to(from.size());
  for (std::int64_t o = 0; o < d.out; ++o)
    for (std::int64_t i = 0; i < d.in; ++i)
      to[static_cast<std::size_t>(o * d.in + i)] =
          d.alpha * from[static_cast<std::size_t>(d.transposed ? o * d.in + i : i * d.out + o)];
  const bool same = d.transposed && d.alpha == 1;
  std::vector<ValueId> inputs{out.mapped(d.x),
                              same ? out.mapped(d.product->inputs[1])
                                   : out.constant(d.product->name + "/weight", rounded(w.dtype(), {d.out, d.in}, to))};
  if (d.bias != kNone) {
    std::vector<double> b = *bias_of(graph, d.bias, d.out);
    for (double& v : b) v *= d.beta;
    inputs.push_back(out.constant(d.product->name + "/bias", rounded(w.dtype(), {d.out}, b)));
  }
  const Node& last = d.addition ? *d.addition : *d.product;
  const std::string activation = d.addition ? word(*d.addition, "activation") : "none";
  out.emit_as(last.outputs[0], op::fully_connected,
              attributes_of(op::fully_connected, {{"keep_num_dims", true}, {"activation", activation}}),
              std::move(inputs), d.product);
}

Result<Outcome> run(Graph& graph, const Settings&) {
  Outcome outcome;
  const Graph before = graph;
  const Wiring wiring(before);
  Rebuild out(before);
  std::map<const Node*, bool> taken;
  for (const Node& node : before.nodes()) {
    if (taken.contains(&node)) continue;
    if (node.op != &op::mat_mul && node.op != &op::gemm) {
      out.copy(node);
      continue;
    }
    Dense d;
    if (const std::string reason = obstacle(wiring, node, d); !reason.empty()) {
      outcome.kept(node, reason);
      out.copy(node);
      continue;
    }
    rewrite(out, d);
    if (d.addition) taken[d.addition] = true;
    outcome.changed(node, node.op_name + (d.addition ? " and Add become" : " becomes") + " FullyConnected");
  }
  if (outcome.changes.empty() && outcome.obstacles.empty()) outcome.absent = "no MatMul or Gemm";
  if (!outcome.changes.empty()) DLAS_TRY(out.finish(graph));
  return outcome;
}

}  // namespace

const Pass canonicalize_dense = {
    .name = "canonicalize_dense", .summary = "MatMul, Gemm and the Add behind become FullyConnected", .run = run};

}  // namespace dlas::compiler
