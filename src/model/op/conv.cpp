// Conv: sums of products under a sliding window, over any number of spatial axes, in groups.      ONNX Conv, opset 1 to 22
//
// y[n, c, o] = B[c] + sum over i, k of X[n, i, o stride - begin + k dilation] W[c, i, k]; outside the input X is 0.
// Sums are float64 and rounded once, after the activation. TFLite's CONV_2D and DEPTHWISE_CONV_2D are this operator with
// layout NHWC, filter OHWI or IHWO (group = channels), and a fused activation.
#include "model/op/conv.h"

#include "model/op/list_nn.h"
#include "model/op/quantized/run.h"
#include "model/op/real.h"

namespace dlas::op {
namespace {

enum Input { kX, kW, kB };

Result<Types> infer(const Site& site, const Types& in) {
  const auto& a = site.attributes<ConvAttributes>();
  for (std::size_t slot : {kX, kW}) DLAS_TRY(check_real(site, in, slot));
  DLAS_ASSIGN(std::vector<Dim> dims, conv_dims(site, a, in, kW));
  const Dim channels = dims[channel_axis(a.layout, dims.size())];
  DLAS_TRY(check_vector(site, in, kB, channels));
  return Types{Type(in[kX].dtype, std::move(dims))};
}

Status run(const Call& call) {
  const auto& a = call.attributes<ConvAttributes>();
  std::vector<double> bias;
  if (call.has(kB)) bias = reals(call, kB);
  std::vector<double> y =
      conv_values(a, call.in[kX].shape(), reals(call, kX), call.in[kW].shape(), reals(call, kW), bias);
  activate(a.activation, y);
  store(y, call.out[0]);
  return {};
}

Cost cost(const Site& site, const Types& in, const Types& out) {
  return conv_cost(site.attributes<ConvAttributes>(), in, out, kW);
}

}  // namespace

const Op conv = {
    .name = "Conv",
    .inputs = "X W B?",
    .outputs = "Y",
    .attributes = &schema_of<ConvAttributes>(),
    .infer = infer,
    .run = run,
    .run_quantized = quantized::run_conv,
    .cost = cost,
};

}  // namespace dlas::op
