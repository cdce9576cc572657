// ConvInteger: Conv of (x - x_zero_point) and (w - w_zero_point) with int32 sums.              ONNX ConvInteger, opset 10
// Sums are exact in float64 and taken modulo 2^32. The zero point of w may be one for each output channel.
#include "model/op/conv.h"
#include "model/op/list_nn.h"
#include "model/op/real.h"

namespace dlas::op {
namespace {

enum Input { kX, kW, kXZero, kWZero };

bool byte(const Type& t) { return t.dtype == DType::i8 || t.dtype == DType::u8; }

Result<Types> infer(const Site& site, const Types& in) {
  const auto& a = site.attributes<ConvAttributes>();
  for (std::size_t slot : {kX, kW})
    if (!byte(in[slot])) return site.wrong_input(slot, "int8 or uint8", in[slot]);
  if (a.filter != Filter::oihw) return site.wrong_attribute("filter", "OIHW", "another");
  DLAS_ASSIGN(std::vector<Dim> dims, conv_dims(site, a, in, kW));
  if (in.has(kXZero) && in[kXZero].count().value_or(1) != 1) return site.wrong_input(kXZero, "one number", in[kXZero]);
  if (in.has(kWZero)) {
    const auto zeros = in[kWZero].count();
    if (zeros && *zeros != 1 && !may_equal(*zeros, in[kW].dim(0)))
      return site.wrong_input(kWZero, "one number, or one an output channel", in[kWZero]);
  }
  return Types{Type(DType::i32, std::move(dims))};
}

Status run(const Call& call) {
  std::vector<double> x = reals(call.in[kX]), w = reals(call.in[kW]);
  if (call.has(kXZero))
    for (double& v : x) v -= call.in[kXZero].number(0);
  if (call.has(kWZero)) {
    const std::vector<double> zero = reals(call.in[kWZero]);
    const std::size_t slice = zero.size() > 1 ? w.size() / zero.size() : w.size();
    for (std::size_t i = 0; i < w.size(); ++i) w[i] -= zero[i / slice];
  }
  const auto y =
      conv_values(call.attributes<ConvAttributes>(), call.in[kX].shape(), std::move(x), call.in[kW].shape(), w, {});
  const auto out = call.out[0].mutable_as<std::int32_t>();
  for (std::size_t i = 0; i < y.size(); ++i)
    out[i] = static_cast<std::int32_t>(static_cast<std::uint32_t>(static_cast<std::int64_t>(y[i])));
  return {};
}

Cost cost(const Site& site, const Types& in, const Types& out) {
  return conv_cost(site.attributes<ConvAttributes>(), in, out, kW);
}

}  // namespace

const Op conv_integer = {
    .name = "ConvInteger",
    .inputs = "x w x_zero_point? w_zero_point?",
    .outputs = "y",
    .attributes = &schema_of<ConvAttributes>(),
    .infer = infer,
    .run = run,
    .cost = cost,
};

}  // namespace dlas::op
