// QuantizeLinear: saturate(round half to even(x / scale) + zero point).            ONNX QuantizeLinear, opset 10 to 25
// The quotient is formed in the type of the scale's precision as ONNX Runtime does: float32, or float64 for float64.
#include <cmath>

#include "model/op/list_nn.h"
#include "model/op/quantized/run.h"
#include "model/op/real.h"
#include "model/op/scale_blocks.h"

namespace dlas::op {
namespace {

struct Attributes {
  std::int64_t axis = 1, block_size = 0;
  bool saturate = true;              // speaks of 8-bit floats only
  DType output_dtype = DType::none;  // none: that of the zero point, else uint8
  DType precision = DType::none;
  void fields(auto& f) {
    f("axis", axis);
    f("block_size", block_size);
    f("saturate", saturate);
    f("output_dtype", output_dtype);
    f("precision", precision);
  }
  ScaleAttributes scales() const { return {axis, block_size}; }
};

Result<Types> infer(const Site& site, const Types& in) {
  const auto& a = site.attributes<Attributes>();
  if (!is_float(in[0].dtype) && in[0].dtype != DType::i32) return site.wrong_input(0, "floats or int32", in[0]);
  DLAS_TRY(check_scales(site, a.scales(), in));
  DType dtype = a.output_dtype != DType::none ? a.output_dtype : in.has(2) ? in[2].dtype : DType::u8;
  if (in.has(2) && in[2].dtype != dtype) return site.wrong_input(2, text(dtype), in[2]);
  if (!is_int(dtype)) return site.wrong_attribute("output_dtype", "an integer type", text(dtype));
  if (a.precision != DType::none && !is_float(a.precision))
    return site.wrong_attribute("precision", "a float type", text(a.precision));
  return Types{Type(dtype, *in[0].dims)};
}

Status run(const Call& call) {
  const auto& a = call.attributes<Attributes>();
  const std::vector<double> x = reals(call.in[0]), scale = reals(call.in[1]);
  std::vector<double> zero(scale.size());
  if (call.has(2)) zero = reals(call.in[2]);
  const auto index = scale_indices(a.scales(), call.in[0].shape(), call.in[1].shape());
  const bool wide = call.in[1].dtype() == DType::f64 || a.precision == DType::f64;
  const DType dtype = call.out_types[0].dtype;
  const bool packed = is_packed(dtype) && call.out[0].dtype() == dtype;
  const Shape& shape = call.out[0].shape();
  Tensor y = packed ? Tensor::make(dtype == DType::i4 ? DType::i8 : DType::u8, shape) : call.out[0];
  std::vector<double> q(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double s = scale[index[i]];
    const double quotient = wide ? x[i] / s : static_cast<double>(static_cast<float>(x[i]) / static_cast<float>(s));
    q[i] = static_cast<double>(to_integer(std::nearbyint(quotient) + zero[index[i]], dtype));
  }
  store(q, y);
  if (packed) call.out[0] = y.packed(dtype);
  return {};
}

}  // namespace

const Op quantize_linear = {
    .name = "QuantizeLinear",
    .inputs = "x y_scale y_zero_point?",
    .outputs = "y",
    .attributes = &schema_of<Attributes>(),
    .infer = infer,
    .run = run,
    .run_quantized = quantized::run_quantize,
};

}  // namespace dlas::op
