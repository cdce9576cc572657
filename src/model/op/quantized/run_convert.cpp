// Conversions of a graph whose values carry their scales in their types, as TFLite's do.
#include "model/op/quantized/convert.h"
#include "model/op/quantized/operand.h"
#include "model/op/quantized/run.h"

namespace dlas::op::quantized {

// The scale and zero point of the output's type count; the inputs that ONNX has for them say the same.
Status run_quantize(const Call& call) {
  if (call.in[0].dtype() != DType::f32)
    return call.site.unsupported("quantising from " + std::string(text(call.in[0].dtype())));
  DLAS_ASSIGN(Output y, output(call));
  quantize({&call.in[0], {}, 0}, y, call.traits.kernels);
  return {};
}

Status run_dequantize(const Call& call) {
  if (!call.in_types[0].quantized() || call.out[0].dtype() != DType::f32) return call.site.op.run(call);
  const Quantization& q = *call.in_types[0].quantization;
  if (!is_int(call.in[0].dtype()) || bits(call.in[0].dtype()) > 32 || is_packed(call.in[0].dtype()))
    return call.site.op.run(call);
  std::vector<float> scales;
  for (const double s : q.scales) scales.push_back(static_cast<float>(s));
  for (const std::int64_t z : q.zero_points)
    if (z != q.zero_points[0]) return call.site.op.run(call);
  const Input x{&call.in[0], scales, static_cast<std::int32_t>(q.zero_points[0])};
  dequantize(x, q.per_axis() ? q.axis : 0, call.out[0], call.traits.kernels);
  return {};
}

Status run_requantize(const Call& call) {
  DLAS_ASSIGN(const Operand x, operand(call, 0));
  DLAS_ASSIGN(Output y, output(call));
  if (x.scales.size() != 1) return call.site.unsupported("an input with a scale for each channel");
  requantize_units(x.input(), y, call.traits.kernels);
  return {};
}

Status run_concat(const Call& call) {
  DLAS_ASSIGN(Output y, output(call));
  std::vector<Operand> operands;
  std::vector<Input> inputs;
  for (std::size_t i = 0; i < call.in.size(); ++i) {
    DLAS_ASSIGN(Operand x, operand(call, i));
    if (x.tensor.dtype() != y.tensor->dtype() || x.scales.size() != 1)
      return call.site.unsupported("inputs of another type than the output");
    const bool same = x.scales[0] == y.scale && x.zero == y.zero;
    if (!same && y.tensor->dtype() != DType::u8)
      return call.site.unsupported("inputs of another scale than the output");
    operands.push_back(std::move(x));
  }
  for (const Operand& x : operands) inputs.push_back(x.input());
  const auto axis = normalized_axis(Named(call).integer("axis", 0), y.tensor->rank());
  concatenate(inputs, static_cast<std::int64_t>(axis.value_or(0)), y);
  return {};
}

}  // namespace dlas::op::quantized
