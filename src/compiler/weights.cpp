#include "compiler/weights.h"

#include "model/op/real.h"

namespace dlas::compiler {
namespace {

// Calls f(element, output channel, input channel of all groups) for each weight.
template <typename F>
void for_each_weight(const op::ConvAttributes& conv, const Shape& w, F f) {
  const std::size_t r = w.size();
  const std::int64_t outs = out_channels(conv, w), per_group = std::max<std::int64_t>(outs / conv.group, 1);
  const std::int64_t last = w[r - 1], before_last = w[r - 2], all = count(w), first = std::max<std::int64_t>(w[0], 1);
  const std::int64_t ins = in_channels(conv, w) / conv.group;
  for (std::int64_t e = 0; e < all; ++e) {
    std::int64_t o = 0, i = 0;
    switch (conv.filter) {
      case op::Filter::oihw: o = e / (all / first), i = e / (all / first / w[1]) % w[1]; break;
      case op::Filter::ohwi: o = e / (all / first), i = e % last; break;
      case op::Filter::hwio: o = e % last, i = e / last % before_last; break;
      case op::Filter::ihwo: o = e % last, i = e / (all / first); break;
      case op::Filter::hwcm: o = e % (before_last * last); break;
    }
    f(static_cast<std::size_t>(e), static_cast<std::size_t>(o), static_cast<std::size_t>(o / per_group * ins + i));
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
