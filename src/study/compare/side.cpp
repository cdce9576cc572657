#include "study/compare/side.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "data/quantize.h"

namespace dlas::study {
namespace {

bool is_channels(const Dim& dim) { return dim.known() && (dim.size() == 1 || dim.size() == 3); }

}  // namespace

Type Side::type(ValueId id) const {
  Type type = executor->graph().value(id).type;
  if (const auto i = static_cast<std::size_t>(id);
      i < quantizations.size() && quantizations[i] && !is_float(type.dtype))
    type.quantization = quantizations[i];
  return type;
}

data::Recipe with_input_layout(data::Recipe recipe, const Graph& graph) {
  if (recipe.layout || graph.inputs.empty()) return recipe;
  const Type& type = graph.value(graph.inputs[0]).type;
  const bool rank4 = type.ranked() && type.rank() == 4;
  const bool first = rank4 && is_channels(type.dim(1)) && !is_channels(type.dim(3));
  return data::with_layout(std::move(recipe), first ? data::Layout::nchw : data::Layout::nhwc);
}

Result<std::vector<Tensor>> model_inputs(const Side& side, const data::Image& image) {
  const Graph& graph = side.executor->graph();
  if (graph.inputs.size() != 1)
    return make_error(Code::usage, "a model with one input", std::to_string(graph.inputs.size()) + " inputs")
        .in(side.name)
        .try_this("give the tensors with --inputs x.npz");
  const Value& input = graph.value(graph.inputs[0]);
  DLAS_ASSIGN(Tensor picture, data::apply(side.recipe, image));
  std::optional<data::Quantization> quantization;
  if (input.type.quantized() && !input.type.quantization->scales.empty())
    quantization = {input.type.quantization->scales[0],
                    input.type.quantization->zero_points.empty() ? 0 : input.type.quantization->zero_points[0]};
  DLAS_ASSIGN(Tensor tensor, data::model_input(side.recipe, picture, input.type.dtype, quantization));
  if (input.type.fixed() && input.type.shape() != tensor.shape()) {
    const Shape wanted = input.type.shape();
    if (count(wanted) != tensor.count() || wanted.size() == tensor.shape().size())
      return make_error(Code::mismatch, text(wanted), text(tensor.shape()))
          .in(side.name)
          .at_slot("input '" + input.name + "'")
          .try_this("change resize, crop or the layout (nhwc, nchw) of the recipe");
    tensor = tensor.reshaped(wanted);
  }
  return std::vector<Tensor>{std::move(tensor)};
}

Tensor real_values(const Tensor& stored, const Type& type) {
  Tensor real = Tensor::make(DType::f32, stored.shape());
  const auto out = real.mutable_as<float>();
  if (!type.quantized() || is_float(stored.dtype()) || type.quantization->scales.empty()) {
    for (std::size_t i = 0; i < out.size(); ++i)
      out[i] = static_cast<float>(stored.number(static_cast<std::int64_t>(i)));
    return real;
  }
  const dlas::Quantization& q = *type.quantization;
  std::int64_t inner = 1;  // elements for which the axis stands still
  for (std::size_t axis = stored.rank(); q.per_axis() && axis-- > static_cast<std::size_t>(q.axis) + 1;)
    inner *= stored.dim(axis);
  const auto slices = static_cast<std::int64_t>(q.scales.size());
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto at = static_cast<std::int64_t>(i);
    const auto slice = static_cast<std::size_t>(q.per_axis() ? at / std::max<std::int64_t>(inner, 1) % slices : 0);
    const double zero = slice < q.zero_points.size() ? static_cast<double>(q.zero_points[slice]) : 0;
    out[i] = static_cast<float>(q.scales[slice] * (stored.number(at) - zero));
  }
  return real;
}

Tensor seen(const Side& side, ValueId id, const Tensor& stored) {
  return side.background.without(id, real_values(stored, side.type(id)));
}

std::int64_t not_finite(const Tensor& tensor) {
  std::int64_t found = 0;
  for (std::int64_t i = 0; is_float(tensor.dtype()) && i < tensor.count(); ++i)
    found += !std::isfinite(tensor.number(i));
  return found;
}

std::vector<float> scores(const Tensor& output, const Type& type) {
  std::int64_t longest = 1;
  for (const std::int64_t size : output.shape()) longest = std::max(longest, size);
  if (longest < 2 || longest != output.count() || output.dtype() == DType::boolean) return {};
  const Tensor real = real_values(output, type);
  const auto numbers = real.as<float>();
  return {numbers.begin(), numbers.end()};
}

std::vector<int> largest(const std::vector<float>& numbers, int n) {
  std::vector<int> order(numbers.size());
  std::iota(order.begin(), order.end(), 0);
  const auto value = [&](int i) { return numbers[static_cast<std::size_t>(i)]; };
  const auto middle = order.begin() + std::min(static_cast<std::ptrdiff_t>(n), std::ssize(order));
  std::partial_sort(order.begin(), middle, order.end(), [&](int a, int b) {
    const bool nan_a = value(a) != value(a), nan_b = value(b) != value(b);  // NaN last, so that the order is one
    if (nan_a != nan_b) return nan_b;
    if (nan_a || value(a) == value(b)) return a < b;
    return value(a) > value(b);
  });
  order.erase(middle, order.end());
  return order;
}

}  // namespace dlas::study
