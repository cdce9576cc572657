#include "study/localize/rule/window.h"

#include "compiler/attributes.h"
#include "model/op/conv.h"
#include "model/op/list_nn.h"
#include "model/op/pool.h"

namespace dlas::study::localize {
namespace {

Shape kernel_of(const Graph& graph, const Node& node, std::size_t places) {
  Shape kernel = compiler::integers(node, "kernel_shape");
  if (kernel.size() == places || node.op != &op::conv) return kernel;
  const auto& conv = node.attributes.as<op::ConvAttributes>();
  const Type& w = graph.value(node.inputs[1]).type;
  if (!w.fixed()) return {};
  kernel.clear();
  for (const Dim& dim : op::filter_sizes(conv.filter, *w.dims).kernel) kernel.push_back(dim.size());
  return kernel;
}

}  // namespace

std::optional<WindowNumbers> window_numbers(const Graph& graph, const Node& node) {
  const std::string layout = compiler::word(node, "layout");
  if (node.op != &op::conv && node.op_name != "MaxPool" && node.op_name != "AveragePool") return std::nullopt;
  const Type& x = graph.value(node.inputs[0]).type;
  if (!x.fixed() || x.rank() < 3) return std::nullopt;
  const Shape sizes = x.shape();
  const auto in = op::spatial(layout == "NHWC" ? op::Layout::channels_last : op::Layout::channels_first,
                              std::vector<std::int64_t>(sizes));
  const Shape kernel = kernel_of(graph, node, in.size());
  if (kernel.size() != in.size()) return std::nullopt;
  op::WindowAttributes attributes;
  if (node.op == &op::conv) attributes = node.attributes.as<op::ConvAttributes>().window;
  attributes.kernel_shape = kernel;
  attributes.strides = compiler::integers(node, "strides");
  attributes.dilations = compiler::integers(node, "dilations");
  attributes.pads = compiler::integers(node, "pads");
  const std::string automatic = compiler::word(node, "auto_pad");
  for (std::size_t i = 0; i < op::kAutoPadNames.size(); ++i)
    if (op::kAutoPadNames[i] == automatic) attributes.auto_pad = static_cast<op::AutoPad>(i);
  WindowNumbers out;
  std::vector<std::int64_t> ends;
  for (const op::WindowAxis& axis : op::window_of(attributes, in, kernel, false)) {
    out.kernel.push_back(axis.kernel);
    out.strides.push_back(axis.stride);
    out.dilations.push_back(axis.dilation);
    out.pads.push_back(axis.begin);
    ends.push_back(axis.end);
  }
  out.pads.insert(out.pads.end(), ends.begin(), ends.end());
  return out;
}

}  // namespace dlas::study::localize
