// Convolutions of one value with the same window and layout become one, with the weights put together along the output channels,
// and a Split of its result:  Conv(x, W1), Conv(x, W2)  ->  Split(Conv(x, [W1; W2])).
// Keeps every output bit for bit: each output channel sums the same products.
#include <fmt/format.h>

#include "compiler/attributes.h"
#include "compiler/parallel.h"
#include "compiler/pass/list.h"
#include "compiler/weights.h"
#include "compiler/wiring.h"
#include "model/op/list_nn.h"

namespace dlas::compiler {
namespace {

const op::ConvAttributes& attributes(const Node& node) { return node.attributes.as<op::ConvAttributes>(); }

std::string obstacle(const Graph& graph, const Node& node) {
  const Tensor* w = constant_input(graph, node, 1);
  const Type& y = graph.value(node.outputs[0]).type;
  if (attributes(node).group != 1) return "it has groups";
  if (!w || (has_input(node, 2) && !constant_input(graph, node, 2))) return "its weights are not constants";
  if (graph.value(node.inputs[1]).type.quantized() || y.quantized() || is_packed(w->dtype())) return "it is quantised";
  if (!y.ranked() || !out_axis(attributes(node).filter, w->rank())) return "its weights have two output axes";
  return "";
}

std::string key(const Graph& graph, const Node& node) {
  const Tensor& w = *constant_input(graph, node, 1);
  Shape shape = w.shape();
  shape[*out_axis(attributes(node).filter, w.rank())] = 0;
  return fmt::format("{} {}", text(w.dtype()), text(shape));
}

Result<Outcome> run(Graph& graph, const Settings&) {
  Parallel p;
  p.op = &op::conv;
  p.obstacle = obstacle;
  p.key = key;
  p.axis = [](const Graph& g, const Node& n, std::size_t slot) {
    return slot == 1 ? *out_axis(attributes(n).filter, g.value(n.inputs[1]).type.rank()) : std::size_t{0};
  };
  p.out_axis = [](const Graph& g, const Node& n) {
    return op::channel_axis(attributes(n).layout, g.value(n.outputs[0]).type.rank());
  };
  return combine(graph, p);
}

}  // namespace

const Pass combine_parallel_conv = {
    .name = "combine_parallel_conv", .summary = "convolutions of one value with one window become one", .run = run};

}  // namespace dlas::compiler
