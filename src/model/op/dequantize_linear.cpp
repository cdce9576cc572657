// DequantizeLinear: (x - zero point) scale.                                       ONNX DequantizeLinear, opset 10 to 25
#include "model/op/list_nn.h"
#include "model/op/quantized/run.h"
#include "model/op/real.h"
#include "model/op/scale_blocks.h"

namespace dlas::op {
namespace {

struct Attributes {
  std::int64_t axis = 1, block_size = 0;
  DType output_dtype = DType::none;  // none: that of the scale
  void fields(auto& f) {
    f("axis", axis);
    f("block_size", block_size);
    f("output_dtype", output_dtype);
  }
  ScaleAttributes scales() const { return {axis, block_size}; }
};

Result<Types> infer(const Site& site, const Types& in) {
  const auto& a = site.attributes<Attributes>();
  if (!is_int(in[0].dtype)) return site.wrong_input(0, "integers", in[0]);
  DLAS_TRY(check_scales(site, a.scales(), in));
  if (in.has(2) && in[2].dtype != in[0].dtype) return site.wrong_input(2, text(in[0].dtype), in[2]);
  const DType dtype = a.output_dtype == DType::none ? in[1].dtype : a.output_dtype;
  if (!is_float(dtype)) return site.wrong_attribute("output_dtype", "a float type", text(dtype));
  return Types{Type(dtype, *in[0].dims)};
}

Status run(const Call& call) {
  const auto& a = call.attributes<Attributes>();
  std::vector<double> x = reals(call.in[0]);
  const std::vector<double> scale = reals(call.in[1]);
  std::vector<double> zero(scale.size());
  if (call.has(2)) zero = reals(call.in[2]);
  const auto index = scale_indices(a.scales(), call.in[0].shape(), call.in[1].shape());
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = (x[i] - zero[index[i]]) * scale[index[i]];
  store(x, call.out[0]);
  return {};
}

}  // namespace

const Op dequantize_linear = {
    .name = "DequantizeLinear",
    .inputs = "x x_scale x_zero_point?",
    .outputs = "y",
    .attributes = &schema_of<Attributes>(),
    .infer = infer,
    .run = run,
    .run_quantized = quantized::run_dequantize,
};

}  // namespace dlas::op
