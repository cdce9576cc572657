// Matrix products of one value with constants become one:  MatMul(x, B1), MatMul(x, B2)  ->  Split(MatMul(x, [B1 B2])).
// Keeps every output bit for bit: each output sums the same products.
#include <fmt/format.h>

#include "compiler/attributes.h"
#include "compiler/parallel.h"
#include "compiler/pass/list.h"
#include "compiler/wiring.h"
#include "model/op/list_nn.h"

namespace dlas::compiler {
namespace {

// The axis of the second factor that becomes the last one of the product.
std::size_t columns(const Node& node, std::size_t rank) { return *flag(node, "adj_y") ? rank - 2 : rank - 1; }

std::string obstacle(const Graph& graph, const Node& node) {
  const Tensor* b = constant_input(graph, node, 1);
  const Type& y = graph.value(node.outputs[0]).type;
  if (!b || b->rank() < 2) return "its second factor is not a constant matrix";
  if (graph.value(node.inputs[1]).type.quantized() || y.quantized() || is_packed(b->dtype())) return "it is quantised";
  return y.ranked() && y.rank() > 0 ? "" : "the rank of its output is not known";
}

Result<Outcome> run(Graph& graph, const Settings&) {
  Parallel p;
  p.op = &op::mat_mul;
  p.obstacle = obstacle;
  p.key = [](const Graph& g, const Node& n) {
    const Tensor& b = *constant_input(g, n, 1);
    Shape shape = b.shape();
    shape[columns(n, shape.size())] = 0;
    return fmt::format("{} {}", text(b.dtype()), text(shape));
  };
  p.axis = [](const Graph& g, const Node& n, std::size_t) { return columns(n, g.value(n.inputs[1]).type.rank()); };
  p.out_axis = [](const Graph& g, const Node& n) { return g.value(n.outputs[0]).type.rank() - 1; };
  return combine(graph, p);
}

}  // namespace

const Pass combine_parallel_matmul = {
    .name = "combine_parallel_matmul", .summary = "matrix products of one value become one", .run = run};

}  // namespace dlas::compiler
