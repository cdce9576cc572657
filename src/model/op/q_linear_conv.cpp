// QLinearConv: Conv of quantised tensors into a quantised one.                                 ONNX QLinearConv, opset 10
// The weights have one scale and zero point, or one an output channel; B holds int32 units of x_scale w_scale. Sums are
// exact; scaled_sum.h says how they are rounded.
#include "model/op/conv.h"
#include "model/op/list_nn.h"
#include "model/op/matrix_units.h"
#include "model/op/scaled_sum.h"

namespace dlas::op {
namespace {

enum Input { kX, kXScale, kXZero, kW, kWScale, kWZero, kYScale, kYZero, kB };

Status check_one(const Site& site, const Types& in, std::size_t slot) {
  if (in[slot].count().value_or(1) != 1) return site.wrong_input(slot, "one number", in[slot]);
  return {};
}

// One number, or a vector with one for each output channel.
Status check_channels(const Site& site, const Types& in, std::size_t slot) {
  const bool vector = in[slot].rank() == 1 && may_equal(in[slot].dim(0), in[kW].dim(0));
  if (vector || in[slot].count().value_or(1) == 1) return {};
  return site.wrong_input(slot, "one number, or one an output channel", in[slot]);
}

Result<Types> infer(const Site& site, const Types& in) {
  const auto& a = site.attributes<ConvAttributes>();
  for (std::size_t slot : {kX, kW, kYZero}) DLAS_TRY(check_bytes(site, in, slot));
  for (std::size_t slot : {kXScale, kWScale, kYScale})
    if (!is_float(in[slot].dtype)) return site.wrong_input(slot, "floats", in[slot]);
  if (in[kXZero].dtype != in[kX].dtype) return site.wrong_input(kXZero, text(in[kX].dtype), in[kXZero]);
  if (in[kWZero].dtype != in[kW].dtype) return site.wrong_input(kWZero, text(in[kW].dtype), in[kWZero]);
  if (a.filter != Filter::oihw) return site.wrong_attribute("filter", "OIHW", "another");
  DLAS_ASSIGN(std::vector<Dim> dims, conv_dims(site, a, in, kW));
  for (std::size_t slot : {kXScale, kXZero, kYScale, kYZero}) DLAS_TRY(check_one(site, in, slot));
  for (std::size_t slot : {kWScale, kWZero}) DLAS_TRY(check_channels(site, in, slot));
  if (in.has(kB) && in[kB].dtype != DType::i32) return site.wrong_input(kB, "int32", in[kB]);
  DLAS_TRY(check_vector(site, in, kB, in[kW].dim(0)));
  return Types{Type(in[kYZero].dtype, std::move(dims))};
}

// Weights or their like: one number for all, or the one of the channel.
double of_channel(const std::vector<double>& values, std::size_t channel) {
  return values[values.size() == 1 ? 0 : channel];
}

std::vector<double> weights(const Call& call) {
  std::vector<double> w = reals(call.in[kW]);
  const std::vector<double> zero = reals(call.in[kWZero]);
  const std::size_t slice = w.size() / std::max<std::size_t>(1, static_cast<std::size_t>(call.in[kW].dim(0)));
  for (std::size_t i = 0; i < w.size(); ++i) w[i] -= of_channel(zero, i / slice);
  return w;
}

Status run(const Call& call) {
  const auto& a = call.attributes<ConvAttributes>();
  std::vector<double> x = reals(call.in[kX]), bias;
  for (double& v : x) v -= call.in[kXZero].number(0);
  if (call.has(kB)) bias = reals(call.in[kB]);
  std::vector<double> y = conv_values(a, call.in[kX].shape(), std::move(x), call.in[kW].shape(), weights(call), bias);
  const Shape& shape = call.out[0].shape();
  const std::size_t axis = channel_axis(a.layout, shape.size());
  const auto channels = static_cast<std::size_t>(shape[axis]);
  const auto inner = static_cast<std::size_t>(count(std::span(shape).subspan(axis + 1)));
  const auto x_scale = static_cast<float>(call.in[kXScale].number(0));
  const auto y_scale = static_cast<float>(call.in[kYScale].number(0));
  const double zero = call.in[kYZero].number(0);
  const std::vector<double> scales = reals(call.in[kWScale]);
  for (std::size_t i = 0; i < y.size(); ++i) {
    const float factor = x_scale * static_cast<float>(of_channel(scales, i / inner % channels)) / y_scale;
    y[i] = scaled_sum(wrapped_sum(y[i]), factor, zero, call.out[0].dtype());
  }
  store(y, call.out[0]);
  return {};
}

Cost cost(const Site& site, const Types& in, const Types& out) {
  return conv_cost(site.attributes<ConvAttributes>(), in, out, kW);
}

}  // namespace

const Op q_linear_conv = {
    .name = "QLinearConv",
    .inputs = "x x_scale x_zero_point w w_scale w_zero_point y_scale y_zero_point B?",
    .outputs = "y",
    .attributes = &schema_of<ConvAttributes>(),
    .infer = infer,
    .run = run,
    .cost = cost,
};

}  // namespace dlas::op
