#include "study/compare/layout.h"

#include <algorithm>
#include <array>

namespace dlas::study {
namespace {

Shape squeezed(std::span<const std::int64_t> shape) {
  Shape sizes(shape.begin(), shape.end());
  std::erase(sizes, 1);
  return sizes;
}

// Channels from back to front and from front to back, behind the batch.
std::array<AxisOrder, 2> channel_moves(std::size_t rank) {
  AxisOrder to_front = {0, rank - 1}, to_back = {0};
  for (std::size_t axis = 1; axis + 1 < rank; ++axis) to_front.push_back(axis);
  for (std::size_t axis = 2; axis < rank; ++axis) to_back.push_back(axis);
  to_back.push_back(1);
  return {to_front, to_back};
}

}  // namespace

std::vector<AxisOrder> possible_orders(std::span<const std::int64_t> a, std::span<const std::int64_t> b) {
  std::vector<AxisOrder> orders;
  const Shape wanted = squeezed(a);
  if (wanted == squeezed(b)) orders.push_back({});
  if (b.size() < 3 || wanted.size() < 2) return orders;
  for (const AxisOrder& order : channel_moves(b.size())) {
    Shape moved;
    for (const std::size_t axis : order) moved.push_back(b[axis]);
    if (squeezed(moved) == wanted) orders.push_back(order);
  }
  return orders;
}

bool only_moves_data(const Graph& graph, const Value& value) {
  if (value.producer == kNone) return true;
  static constexpr std::array kMoves = {"Transpose", "Reshape",  "Flatten",        "Squeeze",          "Unsqueeze",
                                        "Identity",  "Quantize", "QuantizeLinear", "DequantizeLinear", "Dequantize"};
  return std::ranges::find(kMoves, graph.node(value.producer).op_name) != kMoves.end();
}

Tensor reordered(const Tensor& tensor, const AxisOrder& order) {
  if (order.empty()) return tensor;
  const Strides strides = row_major(tensor.shape());
  Shape shape;
  Strides walk;
  for (const std::size_t axis : order) {
    shape.push_back(tensor.dim(axis));
    walk.push_back(strides[axis]);
  }
  Tensor out = Tensor::make(DType::f32, shape);
  const auto from = tensor.as<float>();
  auto to = out.mutable_as<float>().begin();
  for (Walk<1> w(shape, {walk}); !w.done(); w.next()) *to++ = from[static_cast<std::size_t>(w.offset(0))];
  return out;
}

}  // namespace dlas::study
