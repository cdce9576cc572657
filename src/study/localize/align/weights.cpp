#include "study/localize/align/weights.h"

#include <algorithm>

#include "compiler/attributes.h"
#include "compiler/weights.h"
#include "compiler/wiring.h"
#include "model/op/list_nn.h"

namespace dlas::study::localize {
namespace {

const Tensor* floats(const Graph& graph, const Node& node, std::size_t slot) {
  const Tensor* tensor = compiler::constant_input(graph, node, slot);
  return tensor && tensor->dtype() == DType::f32 ? tensor : nullptr;
}

// Axes of the stored weights in the order out, in, places.
std::vector<std::size_t> axes_of(op::Filter filter, std::size_t rank) {
  std::vector<std::size_t> places;
  const auto range = [&](std::size_t first, std::size_t last) {
    for (std::size_t axis = first; axis < last; ++axis) places.push_back(axis);
  };
  std::size_t out = 0, in = 0;
  switch (filter) {
    case op::Filter::oihw: out = 0, in = 1, range(2, rank); break;
    case op::Filter::ohwi: out = 0, in = rank - 1, range(1, rank - 1); break;
    case op::Filter::hwio: out = rank - 1, in = rank - 2, range(0, rank - 2); break;
    case op::Filter::ihwo: out = rank - 1, in = 0, range(1, rank - 1); break;
    case op::Filter::hwcm:
      out = rank - 2, in = rank - 1, range(0, rank - 2);
      break;  // [c][m] together are the channels
  }
  std::vector<std::size_t> axes = {out, in};
  axes.insert(axes.end(), places.begin(), places.end());
  return axes;
}

std::vector<float> ordered(const Tensor& tensor, const std::vector<std::size_t>& axes) {
  const Strides strides = row_major(tensor.shape());
  Shape shape;
  Strides walk;
  for (const std::size_t axis : axes) {
    shape.push_back(tensor.dim(axis));
    walk.push_back(strides[axis]);
  }
  std::vector<float> out;
  out.reserve(static_cast<std::size_t>(tensor.count()));
  const auto from = tensor.as<float>();
  for (Walk<1> w(shape, {walk}); !w.done(); w.next()) out.push_back(from[static_cast<std::size_t>(w.offset(0))]);
  return out;
}

Weights of_conv(const op::ConvAttributes& conv, const Tensor& w) {
  Weights out;
  out.group = conv.group;
  std::vector<std::size_t> axes = axes_of(conv.filter, w.rank());
  out.out = compiler::out_channels(conv, w.shape());
  out.in = compiler::in_channels(conv, w.shape()) / std::max<std::int64_t>(conv.group, 1);
  if (conv.filter == op::Filter::hwcm) out.in = 1;
  out.places = out.out * out.in > 0 ? w.count() / (out.out * out.in) : 0;
  out.numbers = ordered(w, axes);
  return out;
}

Weights of_matrix(const Tensor& w, bool out_first) {
  Weights out;
  out.out = w.dim(out_first ? 0 : 1);
  out.in = w.dim(out_first ? 1 : 0);
  out.numbers = ordered(w, out_first ? std::vector<std::size_t>{0, 1} : std::vector<std::size_t>{1, 0});
  return out;
}

std::optional<Weights> stored(const Node& node, const Tensor& w) {
  if (node.op == &op::conv && w.rank() >= 3) return of_conv(node.attributes.as<op::ConvAttributes>(), w);
  if (w.rank() != 2) return std::nullopt;
  if (node.op == &op::fully_connected) return of_matrix(w, true);
  if (node.op == &op::gemm) return of_matrix(w, compiler::flag(node, "transB").value_or(false));
  if (node.op == &op::mat_mul) return of_matrix(w, false);
  return std::nullopt;
}

}  // namespace

std::optional<Weights> weights_of(const Graph& graph, const Node& node) {
  const Tensor* w = floats(graph, node, 1);
  if (!w) return std::nullopt;
  std::optional<Weights> out = stored(node, *w);
  if (!out) return out;
  out->value = node.inputs[1];
  const Tensor* bias = floats(graph, node, 2);
  if (bias && bias->count() == out->out) out->bias.assign(bias->as<float>().begin(), bias->as<float>().end());
  return out;
}

}  // namespace dlas::study::localize
