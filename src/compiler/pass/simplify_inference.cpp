// What training needed and inference does not:
//   BatchNormalization(x)  ->  x s' + b',  s' = scale / sqrt(var + epsilon),  b' = B - mean s'    (constant statistics)
//   Identity(x), Dropout(x)  ->  x
// The scale and shift are computed in float64 and rounded once. Outputs stay within rounding: one rounding becomes two.
#include <cmath>

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

enum Input { kX, kScale, kB, kMean, kVar };

std::string norm_obstacle(const Wiring& wiring, const Node& node) {
  const Graph& graph = wiring.graph();
  const Type& x = graph.value(node.inputs[kX]).type;
  for (std::size_t i = 1; i < node.outputs.size(); ++i)
    if (node.outputs[i] != kNone && wiring.uses(node.outputs[i]) > 0) return "its statistics are an output";
  for (std::size_t slot : {kScale, kB, kMean, kVar})
    if (!constant_input(graph, node, slot)) return "its statistics are not constants";
  if (!x.ranked() || x.rank() < 2) return "its input has not two axes";
  if (!is_float(x.dtype) || x.quantized()) return "its input is quantised";
  return "";
}

void simplify_norm(Rebuild& out, const Node& node) {
  const Graph& graph = out.before();
  const Type& x = graph.value(node.inputs[kX]).type;
  const std::vector<double> scale = op::reals(*constant_input(graph, node, kScale));
  const std::vector<double> b = op::reals(*constant_input(graph, node, kB));
  const std::vector<double> mean = op::reals(*constant_input(graph, node, kMean));
  const std::vector<double> var = op::reals(*constant_input(graph, node, kVar));
  std::vector<double> factor, shift;
  for (std::size_t c = 0; c < scale.size(); ++c) {
    factor.push_back(scale[c] / std::sqrt(var[c] + *real(node, "epsilon")));
    shift.push_back(b[c] - mean[c] * factor[c]);
  }
  Shape shape{static_cast<std::int64_t>(scale.size())};
  if (word(node, "layout") == "NCHW") shape.resize(x.rank() - 1, 1);
  const ValueId f = out.constant(node.name + "/scale", rounded(x.dtype, shape, factor));
  const ValueId s = out.constant(node.name + "/shift", rounded(x.dtype, shape, shift));
  const AttributeSet plain = attributes_of(op::add, {});
  const ValueId product =
      out.emit(op::mul, attributes_of(op::mul, {}), {out.mapped(node.inputs[kX]), f}, node.name + "/scaled");
  out.emit_as(node.outputs[0], op::add, plain, {product, s});
}

std::string pass_through_obstacle(const Wiring& wiring, const Node& node) {
  if (wiring.is_output(node.outputs[0])) return "it gives an output of the graph its name";
  if (node.op != &op::dropout) return "";
  if (node.outputs.size() > 1 && node.outputs[1] != kNone && wiring.uses(node.outputs[1]) > 0)
    return "its mask is used";
  if (has_input(node, 2) && scalar(wiring.graph(), node.inputs[2]) != 0.0) return "it may be in training mode";
  return "";
}

Result<Outcome> run(Graph& graph, const Settings&) {
  Outcome outcome;
  const Graph before = graph;
  const Wiring wiring(before);
  Rebuild out(before);
  for (const Node& node : before.nodes()) {
    const bool norm = node.op == &op::batch_normalization;
    const bool passes = node.op == &op::identity || node.op == &op::dropout;
    const std::string obstacle = norm ? norm_obstacle(wiring, node) : passes ? pass_through_obstacle(wiring, node) : "";
    if (!obstacle.empty()) outcome.kept(node, obstacle);
    if ((!norm && !passes) || !obstacle.empty()) {
      out.copy(node);
    } else if (norm) {
      simplify_norm(out, node);
      outcome.changed(node, "BatchNormalization becomes Mul and Add");
    } else {
      out.replace(node.outputs[0], out.mapped(node.inputs[0]));
      outcome.changed(node, node.op_name + " dropped");
    }
  }
  if (outcome.changes.empty() && outcome.obstacles.empty())
    outcome.absent = "no BatchNormalization, Identity or Dropout";
  if (!outcome.changes.empty()) DLAS_TRY(out.finish(graph));
  return outcome;
}

}  // namespace

const Pass simplify_inference = {
    .name = "simplify_inference",
    .summary = "BatchNormalization becomes a multiplication and an addition; Identity and Dropout go",
    .run = run};

}  // namespace dlas::compiler
