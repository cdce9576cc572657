// The weights of convolutions in the order of ONNX: OIHW, and IOHW where the convolution is transposed.
//   Conv{filter=OHWI}(x, w)  ->  Conv(x, w')
// Keeps every bit: numbers move, and the axis of a quantisation with them. Weights that are computed are turned by a Transpose.
#include <fmt/format.h>

#include <numeric>

#include "compiler/attributes.h"
#include "compiler/export/export.h"
#include "compiler/rebuild.h"
#include "model/op/conv.h"
#include "model/op/list_nn.h"
#include "model/op/list_shape.h"
#include "model/op/strided_copy.h"

namespace dlas::compiler {
namespace {

using Axes = std::vector<std::int64_t>;

std::string_view standard(const Node& node) { return node.op == &op::conv_transpose ? "IOHW" : "OIHW"; }

// Which old axis each new one is. HWCM, [H, W, C, M], becomes [C, M, H, W], and then C M is one axis.
Axes order_of(const std::string& filter, bool transposed, std::size_t rank) {
  const auto r = static_cast<std::int64_t>(rank);
  Axes spatial(rank - 2);
  const bool last = filter == "HWIO" || filter == "HWCM";  // the channels
  std::iota(spatial.begin(), spatial.end(), last ? 0 : 1);
  Axes out;
  if (filter == "OHWI") out = transposed ? Axes{r - 1, 0} : Axes{0, r - 1};
  if (filter == "HWIO") out = {r - 1, r - 2};
  if (filter == "IHWO") out = {r - 1, 0};
  if (filter == "HWCM") out = {r - 2, r - 1};
  out.insert(out.end(), spatial.begin(), spatial.end());
  return out;
}

std::string obstacle(const Graph& graph, const Node& node, ValueId w) {
  const Value& value = graph.value(w);
  const bool joined = word(node, "filter") == "HWCM";
  if (!value.type.ranked() || value.type.rank() < 3) return "its weights have no known rank";
  if (joined && (!value.type.fixed() || value.type.quantized()))
    return "its weights of order HWCM are quantised or of unknown sizes";
  if (bits(value.type.dtype) < 8 && value.is_constant()) return "its weights are packed";
  return "";
}

Shape joined(const Shape& cmhw) {
  Shape out{cmhw[0] * cmhw[1], 1};
  out.insert(out.end(), cmhw.begin() + 2, cmhw.end());
  return out;
}

ValueId constant(Rebuild& out, const Value& value, const Axes& order, bool join) {
  const Strides from = row_major(value.constant.shape());
  Shape shape;
  op::Place source;
  for (const std::int64_t axis : order) {
    shape.push_back(value.constant.dim(static_cast<std::size_t>(axis)));
    source.strides.push_back(from[static_cast<std::size_t>(axis)]);
  }
  Tensor turned = Tensor::make(value.constant.dtype(), shape);
  op::strided_copy(value.constant, source, turned, {0, row_major(shape)}, shape);
  if (join) turned = turned.reshaped(joined(shape));
  const ValueId made = out.constant(value.name, std::move(turned), value.origin);
  if (!value.type.quantized()) return made;
  auto quantization = std::make_shared<Quantization>(*value.type.quantization);
  for (std::size_t i = 0; i < order.size() && quantization->per_axis(); ++i)
    if (order[i] == value.type.quantization->axis) quantization->axis = static_cast<int>(i);
  out.after().value(made).type.quantization = std::move(quantization);
  return made;
}

ValueId computed(Rebuild& out, const Node& node, ValueId w, const Axes& order, bool join) {
  const ValueId turned =
      out.emit(op::transpose, attributes_of(op::transpose, {{"perm", order}}), {out.mapped(w)}, node.name + "/weight");
  if (!join) return turned;
  const ValueId shape = out.constant(node.name + "/weight_shape", Tensor::of_i64(joined(out.type(turned).shape())));
  return out.emit(op::reshape, attributes_of(op::reshape, {}), {turned, shape}, node.name + "/weight_joined");
}

Result<Outcome> run(Graph& graph, const Settings&) {
  Outcome outcome;
  const Graph before = graph;
  Rebuild out(before);
  for (const Node& node : before.nodes()) {
    const std::string filter = node.op ? word(node, "filter") : "";
    if (filter.empty() || filter == standard(node)) {
      out.copy(node);
      continue;
    }
    const std::size_t slot = node.op == &op::q_linear_conv ? 3 : 1;
    const ValueId w = node.inputs[slot];
    if (const std::string reason = obstacle(before, node, w); !reason.empty()) {
      outcome.kept(node, reason);
      out.copy(node);
      continue;
    }
    const Axes order = order_of(filter, node.op == &op::conv_transpose, before.value(w).type.rank());
    std::vector<ValueId> inputs(node.inputs.size(), kNone);
    for (std::size_t i = 0; i < inputs.size(); ++i)
      if (i != slot) inputs[i] = out.mapped(node.inputs[i]);
    inputs[slot] = before.value(w).is_constant() ? constant(out, before.value(w), order, filter == "HWCM")
                                                 : computed(out, node, w, order, filter == "HWCM");
    Node changed = node;
    changed.attributes = with(*node.op, node.attributes, {{"filter", std::string(standard(node))}});
    out.put(changed, std::move(inputs));
    outcome.changed(node, fmt::format("weights from {} to {}", filter, standard(node)));
  }
  if (outcome.changes.empty() && outcome.obstacles.empty()) outcome.absent = "no weights in another order";
  if (!outcome.changes.empty()) DLAS_TRY(out.finish(graph));
  return outcome;
}

}  // namespace

const Pass order_filters = {
    .name = "order_filters", .summary = "weights of convolutions in the order of ONNX", .parameters = {}, .run = run};

}  // namespace dlas::compiler
