// Dense layers of one value become one:  FullyConnected(x, W1), FullyConnected(x, W2)  ->  Split(FullyConnected(x, [W1; W2])).
// Keeps every output bit for bit: each output sums the same products.
#include <fmt/format.h>

#include "compiler/attributes.h"
#include "compiler/parallel.h"
#include "compiler/pass/list.h"
#include "compiler/wiring.h"
#include "model/op/list_nn.h"

namespace dlas::compiler {
namespace {

std::string obstacle(const Graph& graph, const Node& node) {
  const Tensor* w = constant_input(graph, node, 1);
  const Type& y = graph.value(node.outputs[0]).type;
  if (!w || (has_input(node, 2) && !constant_input(graph, node, 2))) return "its weights are not constants";
  if (has_input(node, 2) && constant_input(graph, node, 2)->rank() != 1) return "its bias has not one axis";
  if (graph.value(node.inputs[1]).type.quantized() || y.quantized() || is_packed(w->dtype())) return "it is quantised";
  return y.ranked() ? "" : "the rank of its output is not known";
}

Result<Outcome> run(Graph& graph, const Settings&) {
  Parallel p;
  p.op = &op::fully_connected;
  p.obstacle = obstacle;
  p.key = [](const Graph& g, const Node& n) {
    const Tensor& w = *constant_input(g, n, 1);
    return fmt::format("{} {}", text(w.dtype()), w.dim(1));
  };
  p.axis = [](const Graph&, const Node&, std::size_t) { return std::size_t{0}; };
  p.out_axis = [](const Graph& g, const Node& n) { return g.value(n.outputs[0]).type.rank() - 1; };
  return combine(graph, p);
}

}  // namespace

const Pass combine_parallel_dense = {
    .name = "combine_parallel_dense", .summary = "dense layers of one value become one", .run = run};

}  // namespace dlas::compiler
