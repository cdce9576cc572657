#include "hardware/accelerator/network/layers.h"

#include <algorithm>

#include "model/op/conv.h"
#include "model/op/traits.h"

namespace dlas::accelerator {
namespace {

const Type* type_of(const Graph& graph, ValueId id) { return id == kNone ? nullptr : &graph.value(id).type; }

// Sizes of a value; nothing when one is unknown.
std::optional<std::vector<std::int64_t>> sizes_of(const Graph& graph, const Node& node, std::size_t input) {
  const Type* type = input < node.inputs.size() ? type_of(graph, node.inputs[input]) : nullptr;
  if (!type || !type->fixed()) return std::nullopt;
  std::vector<std::int64_t> out;
  for (const Dim& dim : *type->dims) out.push_back(dim.size());
  return out;
}

std::optional<std::vector<std::int64_t>> output_sizes(const Graph& graph, const Node& node) {
  const Type* type = node.outputs.empty() ? nullptr : type_of(graph, node.outputs.front());
  if (!type || !type->fixed()) return std::nullopt;
  std::vector<std::int64_t> out;
  for (const Dim& dim : *type->dims) out.push_back(dim.size());
  return out;
}

std::int64_t at_or_one(const std::vector<std::int64_t>& list, std::size_t i) { return i < list.size() ? list[i] : 1; }

std::int64_t count(const std::vector<std::int64_t>& sizes) {
  std::int64_t product = 1;
  for (const std::int64_t size : sizes) product *= size;
  return product;
}

void read_convolution(const Graph& graph, const Node& node, std::size_t weight, NetworkLayer& layer) {
  const auto& a = node.attributes.as<op::ConvAttributes>();
  const auto w = sizes_of(graph, node, weight);
  const auto y = output_sizes(graph, node);
  if (!w || !y || w->size() != y->size() || y->size() < 3 || y->size() > 4) {
    layer.host = !w || !y ? "a size is not known" : std::to_string(y->size() - 2) + " spatial axes";
    return;
  }
  const op::FilterSizes filter = op::filter_sizes(a.filter, {w->begin(), w->end()});
  const bool first = a.layout == op::Layout::channels_first;
  const bool flat = y->size() == 3;  // one spatial axis: a window of one row
  const std::size_t space = first ? 2 : 1;
  Convolution c;
  c.n = (*y)[0];
  c.k = (*y)[first ? 1 : y->size() - 1];
  c.g = a.group;
  c.c = filter.in.size() * a.group;
  c.r = flat ? 1 : filter.kernel[0].size();
  c.s = filter.kernel[flat ? 0 : 1].size();
  const std::int64_t out_x = flat ? 1 : (*y)[space], out_y = (*y)[space + (flat ? 0 : 1)];
  const std::int64_t down = flat ? 1 : at_or_one(a.window.strides, 0),
                     along = at_or_one(a.window.strides, flat ? 0 : 1);
  c.stride = along;
  c.x = (out_x - 1) * down + c.r;
  c.y = (out_y - 1) * along + c.s;
  layer.product = Product{c.k / c.g, c.n * out_x * out_y, c.r * c.s * (c.c / c.g)};
  layer.repeats = c.g;
  if (!flat && down != along)
    layer.no_convolution = "strides " + std::to_string(down) + " and " + std::to_string(along);
  else if (std::ranges::any_of(a.window.dilations, [](std::int64_t d) { return d != 1; }))
    layer.no_convolution = "dilation";
  else layer.convolution = c;
}

// A product whose second operand has `b` axes: leading axes of the first one are rows when the second has two only.
void read_product(const std::vector<std::int64_t>& y, std::int64_t depth, bool shared, NetworkLayer& layer) {
  Product p;
  p.k = depth;
  p.n = y.empty() ? 1 : y.back();
  p.m = y.size() < 2 ? 1 : y[y.size() - 2];
  const std::int64_t leading = p.n * p.m == 0 ? 0 : count(y) / (p.n * p.m);
  if (shared) p.m *= leading;
  else layer.repeats = leading;
  layer.product = p;
}

void read_node(const Graph& graph, const Node& node, NetworkLayer& layer) {
  const std::string& op = node.op_name;
  if (op == "Conv" || op == "ConvInteger" || op == "QLinearConv") {
    read_convolution(graph, node, op == "QLinearConv" ? 3 : 1, layer);
    return;
  }
  const bool product = op == "QGemm" || op == "MatMul" || op == "Gemm" || op == "FullyConnected" ||
                       op == "MatMulInteger" || op == "QLinearMatMul";
  if (!product) {
    layer.host = "not a convolution or matrix product";
    layer.arithmetic = false;
    return;
  }
  const auto a = sizes_of(graph, node, 0), b = sizes_of(graph, node, op == "QLinearMatMul" || op == "QGemm" ? 3 : 1),
             y = output_sizes(graph, node);
  if (!a || !b || !y || a->empty() || b->empty()) {
    layer.host = "a size is not known";
    return;
  }
  if (op == "FullyConnected") {
    const std::int64_t units = b->front(), depth = b->back();
    if (units > 0) layer.product = Product{count(*y) / units, units, depth};
  } else if (op == "Gemm" || op == "QGemm") {
    const std::int64_t rows = y->front();
    if (rows > 0) read_product(*y, count(*a) / rows, true, layer);
  } else {
    read_product(*y, a->back(), b->size() <= 2, layer);
  }
}

}  // namespace

std::vector<NetworkLayer> layers_of(const Graph& graph) {
  std::vector<NetworkLayer> out;
  for (std::size_t i = 0; i < graph.nodes().size(); ++i) {
    const Node& node = graph.nodes()[i];
    NetworkLayer layer{.name = node.name, .op = node.op_name, .node = static_cast<NodeId>(i)};
    read_node(graph, node, layer);
    const bool sound = layer.product && layer.repeats > 0 && validate(*layer.product).ok() &&
                       (!layer.convolution || validate(*layer.convolution).ok());
    if (layer.host.empty() && !sound) layer.host = "a size that no accelerator takes";
    out.push_back(std::move(layer));
  }
  return out;
}

}  // namespace dlas::accelerator
