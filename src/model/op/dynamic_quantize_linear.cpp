// DynamicQuantizeLinear: x as uint8, with the scale and zero point that its range gives.   ONNX DynamicQuantizeLinear 11
// The range always holds 0; arithmetic is float32, as in ONNX's text. A range of 0 gives scale 1.
#include <algorithm>
#include <cmath>

#include "model/op/list_nn.h"
#include "model/op/real.h"

namespace dlas::op {
namespace {

Result<Types> infer(const Site& site, const Types& in) {
  if (in[0].dtype != DType::f32) return site.wrong_input(0, "float32", in[0]);
  return Types{Type(DType::u8, *in[0].dims), Type(DType::f32, std::vector<Dim>{}), Type(DType::u8, std::vector<Dim>{})};
}

Status run(const Call& call) {
  const auto x = call.in[0].as<float>();
  float low = 0, high = 0;
  for (float v : x) low = std::min(low, v), high = std::max(high, v);
  const float scale = high == low ? 1.0F : (high - low) / 255.0F;
  const double zero = static_cast<double>(to_integer(0.0F - low / scale, DType::u8));
  std::vector<double> q(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) q[i] = std::nearbyint(x[i] / scale) + zero;
  store(q, call.out[0]);
  if (call.out.size() > 1 && !call.out[1].absent()) store(std::vector<double>{scale}, call.out[1]);
  if (call.out.size() > 2 && !call.out[2].absent()) store(std::vector<double>{zero}, call.out[2]);
  return {};
}

}  // namespace

const Op dynamic_quantize_linear = {
    .name = "DynamicQuantizeLinear",
    .inputs = "x",
    .outputs = "y y_scale y_zero_point",
    .infer = infer,
    .run = run,
};

}  // namespace dlas::op
