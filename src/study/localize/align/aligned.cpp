#include "study/localize/align/aligned.h"

namespace dlas::study::localize {
namespace {

// The sizes that a tensor of b's type has when it is read in `order`.
Shape read_sizes(const Shape& b, const AxisOrder& order) {
  Shape sizes;
  for (const std::size_t axis : order) sizes.push_back(b[axis]);
  return sizes;
}

AxisOrder inverse(const AxisOrder& order) {
  AxisOrder out(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) out[order[i]] = i;
  return out;
}

}  // namespace

std::optional<Aligned> aligned(const Graph& graph_a, const Flow& a, int step_a, const Graph& graph_b, const Flow& b,
                               int step_b, double confidence) {
  Aligned out;
  out.step_a = step_a;
  out.step_b = step_b;
  out.confidence = confidence;
  out.a = a.steps[static_cast<std::size_t>(step_a)].value;
  out.b = b.steps[static_cast<std::size_t>(step_b)].value;
  const Type &type_a = graph_a.value(out.a).type, &type_b = graph_b.value(out.b).type;
  if (!type_a.fixed() || !type_b.fixed()) return std::nullopt;
  const auto possible = possible_orders(type_a.shape(), type_b.shape());
  if (possible.empty() && type_a.rank() != type_b.rank()) return std::nullopt;
  if (!possible.empty()) out.order = possible[0];
  return out;
}

std::vector<Aligned> aligned(const Graph& graph_a, const Flow& a, const Graph& graph_b, const Flow& b,
                             const Matching& matching) {
  std::vector<Aligned> out;
  for (const Matched& pair : matching.pairs)
    if (auto one = aligned(graph_a, a, pair.a, graph_b, b, pair.b, pair.confidence)) out.push_back(*std::move(one));
  return out;
}

namespace {

// Integers of one width as those of another.
Tensor converted(const Tensor& tensor, DType to) {
  if (tensor.dtype() == to || !is_int(tensor.dtype()) || !is_int(to) || is_packed(to)) return tensor;
  Tensor out = Tensor::make(to, Shape(tensor.shape()));
  for_int(to, [&]<typename T>() {
    std::int64_t i = 0;
    for (T& x : out.mutable_as<T>()) x = static_cast<T>(tensor.integer(i++));
  });
  return out;
}

}  // namespace

Tensor as_target(const Tensor& of_a, const AxisOrder& order, const Type& b) {
  if (of_a.dtype() != DType::f32)
    return converted(b.fixed() && b.count() == of_a.count() ? of_a.reshaped(b.shape()) : of_a, b.dtype);
  const bool counts = b.fixed() && b.count() == of_a.count();
  if (order.empty()) return counts ? of_a.reshaped(b.shape()) : of_a;
  if (counts) return reordered(of_a.reshaped(read_sizes(b.shape(), order)), inverse(order));
  return of_a.rank() == order.size() ? reordered(of_a, inverse(order)) : of_a;
}

}  // namespace dlas::study::localize
