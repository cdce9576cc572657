#include "compiler/weights.h"

#include <algorithm>
#include <array>

#include "model/op/real.h"

namespace dlas::compiler {
namespace {

// A weight's element as three indices, outermost first: what each of them adds to the output and the input channel. All spatial
// axes are one index.
struct Order {
  std::array<std::int64_t, 3> size, out, in;
};
Order order_of(op::Filter filter, const Shape& w) {
  const std::size_t r = w.size();
  const auto product = [&](std::size_t first, std::size_t last) {
    return count(std::span(w).subspan(first, last - first));
  };
  switch (filter) {
    case op::Filter::oihw: return {{w[0], w[1], product(2, r)}, {1, 0, 0}, {0, 1, 0}};
    case op::Filter::ohwi: return {{w[0], product(1, r - 1), w[r - 1]}, {1, 0, 0}, {0, 0, 1}};
    case op::Filter::hwio: return {{product(0, r - 2), w[r - 2], w[r - 1]}, {0, 0, 1}, {0, 1, 0}};
    case op::Filter::ihwo: return {{w[0], product(1, r - 1), w[r - 1]}, {0, 0, 1}, {1, 0, 0}};
    case op::Filter::hwcm: return {{product(0, r - 2), 1, product(r - 2, r)}, {0, 0, 1}, {0, 0, 0}};
  }
  return {};
}

// Calls f(element, output channel, input channel of all groups) for each weight.
template <typename F>
void for_each_weight(const op::ConvAttributes& conv, const Shape& w, F f) {
  const Order order = order_of(conv.filter, w);
  const std::int64_t outs = out_channels(conv, w), per_group = std::max<std::int64_t>(outs / conv.group, 1);
  const std::int64_t ins = in_channels(conv, w) / conv.group;
  std::vector<std::size_t> first_in;  // of the group, by output channel
  for (std::int64_t o = 0; o < outs; ++o) first_in.push_back(static_cast<std::size_t>(o / per_group * ins));
  std::size_t e = 0;
  for (std::int64_t x = 0; x < order.size[0]; ++x)
    for (std::int64_t y = 0; y < order.size[1]; ++y)
      for (std::int64_t z = 0; z < order.size[2]; ++z) {
        const auto o = static_cast<std::size_t>(x * order.out[0] + y * order.out[1] + z * order.out[2]);
        const auto i = static_cast<std::size_t>(x * order.in[0] + y * order.in[1] + z * order.in[2]);
        f(e++, o, first_in[o] + i);
      }
}

}  // namespace

std::optional<std::vector<double>> channel_vector(const Graph& graph, ValueId constant, const Type& type,
                                                  std::size_t axis, std::int64_t channels) {
  if (constant == kNone || !type.ranked()) return std::nullopt;
  const Value& value = graph.value(constant);
  if (!value.is_constant() || value.type.quantized() || !is_float(value.type.dtype)) return std::nullopt;
  const Shape& shape = value.constant.shape();
  const std::size_t rank = type.rank();
  if (shape.size() > rank) return std::nullopt;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const std::size_t a = rank - shape.size() + i;
    if (shape[i] != 1 && (a != axis || shape[i] != channels)) return std::nullopt;
  }
  std::vector<double> out = op::reals(value.constant);
  if (out.size() == 1) out.assign(static_cast<std::size_t>(channels), out[0]);
  return out;
}

Tensor scaled_filter(const op::ConvAttributes& conv, const Tensor& w, const std::vector<double>& out_scale,
                     const std::vector<double>& in_scale) {
  std::vector<double> values = op::reals(w);
  for_each_weight(conv, w.shape(),
                  [&](std::size_t e, std::size_t o, std::size_t i) { values[e] *= out_scale[o] * in_scale[i]; });
  return rounded(w.dtype(), w.shape(), values);
}

std::vector<double> filter_sums(const op::ConvAttributes& conv, const Tensor& w, const std::vector<double>& shift) {
  std::vector<double> sums(static_cast<std::size_t>(out_channels(conv, w.shape())), 0.0);
  if (std::ranges::all_of(shift, [](double x) { return x == 0; })) return sums;
  const std::vector<double> values = op::reals(w);
  for_each_weight(conv, w.shape(),
                  [&](std::size_t e, std::size_t o, std::size_t i) { sums[o] += values[e] * shift[i]; });
  return sums;
}

std::int64_t out_channels(const op::ConvAttributes& conv, const Shape& w) {
  const std::size_t r = w.size();
  switch (conv.filter) {
    case op::Filter::oihw:
    case op::Filter::ohwi: return w[0];
    case op::Filter::hwio:
    case op::Filter::ihwo: return w[r - 1];
    case op::Filter::hwcm: return w[r - 2] * w[r - 1];
  }
  return 0;
}

std::int64_t in_channels(const op::ConvAttributes& conv, const Shape& w) {
  const std::size_t r = w.size();
  switch (conv.filter) {
    case op::Filter::oihw: return w[1] * conv.group;
    case op::Filter::ohwi: return w[r - 1] * conv.group;
    case op::Filter::hwio: return w[r - 2] * conv.group;
    case op::Filter::ihwo: return w[0] * conv.group;
    case op::Filter::hwcm: return conv.group;
  }
  return 0;
}

std::optional<std::size_t> out_axis(op::Filter filter, std::size_t rank) {
  switch (filter) {
    case op::Filter::oihw:
    case op::Filter::ohwi: return 0;
    case op::Filter::hwio:
    case op::Filter::ihwo: return rank - 1;
    case op::Filter::hwcm: return std::nullopt;
  }
  return std::nullopt;
}

Tensor rounded(DType dtype, Shape shape, const std::vector<double>& values) {
  Tensor out = Tensor::make(dtype, std::move(shape));
  op::store(values, out);
  return out;
}

std::vector<double> numbers(const Tensor* tensor, std::size_t count) {
  return tensor ? op::reals(*tensor) : std::vector<double>(count, 0.0);
}

}  // namespace dlas::compiler
