// Means over all places become the operator of that name:
//   ReduceMean over the places of [N, C, H, W] or [N, H, W, C]      ->  GlobalAveragePool (and Squeeze where axes go)
//   AveragePool whose window is the whole input, without padding    ->  GlobalAveragePool
// Keeps every output bit for bit: both sum in float64 and round once.
#include <algorithm>

#include "compiler/attributes.h"
#include "compiler/pass/list.h"
#include "compiler/rebuild.h"
#include "compiler/wiring.h"
#include "model/op/list_elementwise.h"
#include "model/op/list_nn.h"
#include "model/op/list_shape.h"

namespace dlas::compiler {
namespace {

AttributeSet pool_of(const std::string& layout) { return attributes_of(op::global_average_pool, {{"layout", layout}}); }

// The layout in which the reduced axes are the places; empty when there is none.
std::string mean_layout(const Graph& graph, const Node& node) {
  const Tensor* axes = constant_input(graph, node, 1);
  const std::size_t rank = graph.value(node.inputs[0]).type.rank();
  std::vector<std::size_t> places;
  for (const std::int64_t a : axes->integers())
    if (const auto axis = normalized_axis(a, rank)) places.push_back(*axis);
  std::ranges::sort(places);
  if (places == std::vector<std::size_t>{2, 3}) return "NCHW";
  return places == std::vector<std::size_t>{1, 2} ? "NHWC" : "";
}

std::string mean_obstacle(const Graph& graph, const Node& node) {
  const Type& x = graph.value(node.inputs[0]).type;
  if (!x.ranked() || x.rank() != 4) return "its input has not four axes";
  if (!is_float(x.dtype) || x.quantized()) return "it is not of floats";
  if (!constant_input(graph, node, 1)) return "its axes are not constants";
  return mean_layout(graph, node).empty() ? "its axes are not the places of a picture" : "";
}

void rewrite_mean(Rebuild& out, const Node& node) {
  const std::string layout = mean_layout(out.before(), node);
  const ValueId x = out.mapped(node.inputs[0]);
  if (*integer(node, "keepdims") != 0) {
    out.emit_as(node.outputs[0], op::global_average_pool, pool_of(layout), {x});
    return;
  }
  const ValueId mean = out.emit(op::global_average_pool, pool_of(layout), {x}, node.name + "/mean");
  const std::int64_t first = layout == "NCHW" ? 2 : 1;
  const ValueId axes = out.constant(node.name + "/axes", Tensor::of<std::int64_t>({2}, {first, first + 1}));
  out.emit_as(node.outputs[0], op::squeeze, attributes_of(op::squeeze, {}), {mean, axes});
}

std::string window_obstacle(const Graph& graph, const Node& node) {
  const Type& x = graph.value(node.inputs[0]).type;
  const std::vector<std::int64_t> pads = integers(node, "pads"), kernel = integers(node, "kernel_shape");
  if (!x.fixed() || x.rank() < 3) return "the size of its input is not known";
  if (x.quantized() || activates(node)) return "it is quantised or has an activation";
  const bool padded = std::ranges::any_of(pads, [](std::int64_t p) { return p != 0; });
  const std::size_t first = word(node, "layout") == "NCHW" ? 2 : 1;
  bool whole = !padded && kernel.size() == x.rank() - 2 && integers(node, "dilations").empty();
  for (std::size_t i = 0; whole && i < kernel.size(); ++i) whole = x.dim(first + i).size() == kernel[i];
  // A window as large as the input has one place unless padding adds some; the output says so.
  const Type& y = graph.value(node.outputs[0]).type;
  for (std::size_t i = 0; whole && i < kernel.size(); ++i) whole = y.fixed() && y.dim(first + i).size() == 1;
  return whole ? "" : "its window is not the whole input";
}

Result<Outcome> run(Graph& graph, const Settings&) {
  Outcome outcome;
  const Graph before = graph;
  Rebuild out(before);
  for (const Node& node : before.nodes()) {
    const bool mean = node.op == &op::reduce_mean, pool = node.op == &op::average_pool;
    const std::string reason = mean ? mean_obstacle(before, node) : pool ? window_obstacle(before, node) : "";
    if (!reason.empty()) outcome.kept(node, reason);
    if ((!mean && !pool) || !reason.empty()) {
      out.copy(node);
      continue;
    }
    if (mean) rewrite_mean(out, node);
    else out.emit_as(node.outputs[0], op::global_average_pool, pool_of(word(node, "layout")), out.mapped(node.inputs));
    outcome.changed(node, node.op_name + " becomes GlobalAveragePool");
  }
  if (outcome.changes.empty() && outcome.obstacles.empty()) outcome.absent = "no ReduceMean or AveragePool";
  if (!outcome.changes.empty()) DLAS_TRY(out.finish(graph));
  return outcome;
}

}  // namespace

const Pass canonicalize_pools = {
    .name = "canonicalize_pools", .summary = "means over all places become GlobalAveragePool", .run = run};

}  // namespace dlas::compiler
