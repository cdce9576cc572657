// Convolutions and fully connected layers of a graph.
#include "model/op/quantized/convolution.h"
#include "model/op/quantized/operand.h"
#include "model/op/quantized/run.h"

namespace dlas::op::quantized {
namespace {

struct Weighted {
  Operand x, w;
  const Tensor* bias;
  Output y;
};

Result<Weighted> weighted(const Call& call) {
  DLAS_ASSIGN(Operand x, operand(call, 0));
  DLAS_ASSIGN(Operand w, operand(call, 1));
  DLAS_ASSIGN(Output y, output(call));
  if (x.scales.size() != 1) return call.site.unsupported("activations with a scale for each channel");
  if (x.tensor.dtype() != y.tensor->dtype()) return call.site.unsupported("an output of another type than the input");
  if (w.tensor.dtype() == DType::i16) return call.site.unsupported("int16 weights");
  if (x.tensor.dtype() == DType::i16 && w.zero != 0)
    return call.site.unsupported("int16 activations and weights with a zero point");
  const Tensor* bias = call.has(2) ? &call.in[2] : nullptr;
  if (bias != nullptr && !is_int(bias->dtype())) return call.site.unsupported("a bias that is not of integers");
  return Weighted{std::move(x), std::move(w), bias, y};
}

// A scale for each output channel, or one.
Status check_scales(const Call& call, const Weighted& p, std::int64_t channels, int axis) {
  if (p.w.scales.size() == 1) return {};
  if (static_cast<std::int64_t>(p.w.scales.size()) != channels || call.in_types[1].quantization->axis != axis)
    return call.site.unsupported("weights with scales along another axis than the output channels");
  return {};
}

}  // namespace

Status run_conv(const Call& call) {
  if (makes_floats(call)) return call.site.op.run(call);
  DLAS_ASSIGN(Weighted p, weighted(call));
  const Named named(call);
  DLAS_TRY(check_pictures(call, named, 0));
  const std::string filter = named.text("filter", "OIHW");
  const Shape& ws = p.w.tensor.shape();
  const Window w = window(named, p.x.tensor.shape(), p.y.tensor->shape(), ws[1], ws[2]);
  if (filter == "OHWI") {
    DLAS_TRY(check_scales(call, p, ws[0], 0));
    convolution(p.x.input(), p.w.input(), p.bias, w, p.y, call.traits.kernels);
    return {};
  }
  if (filter != "IHWO" || ws[0] != 1) return call.site.unsupported("quantised weights in order " + filter);
  DLAS_TRY(check_scales(call, p, ws[3], 3));
  depthwise_convolution(p.x.input(), p.w.input(), p.bias, w, p.y, call.traits.kernels);
  return {};
}

Status run_conv_transpose(const Call& call) {
  if (makes_floats(call)) return call.site.op.run(call);
  DLAS_ASSIGN(Weighted p, weighted(call));
  const Named named(call);
  DLAS_TRY(check_pictures(call, named, 0));
  if (named.text("filter", "IOHW") != "OHWI")
    return call.site.unsupported("quantised weights in another order than OHWI");
  const Shape& ws = p.w.tensor.shape();
  DLAS_TRY(check_scales(call, p, ws[0], 0));
  const Window w = window(named, p.y.tensor->shape(), p.x.tensor.shape(), ws[1], ws[2]);
  transposed_convolution(p.x.input(), p.w.input(), p.bias, w, p.y, call.traits.kernels);
  return {};
}

Status run_fully_connected(const Call& call) {
  if (makes_floats(call)) return call.site.op.run(call);
  DLAS_ASSIGN(Weighted p, weighted(call));
  DLAS_TRY(check_scales(call, p, p.w.tensor.dim(0), 0));
  fully_connected(p.x.input(), p.w.input(), p.bias, p.y, call.traits.kernels);
  return {};
}

}  // namespace dlas::op::quantized
