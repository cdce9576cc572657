// QLinearMul: a product of quantised tensors into a quantised one.           ONNX Runtime's com.microsoft.QLinearMul, 1
// y = saturate(round half to even((a - a_zero) (b - b_zero) M + y_zero)), M = a_scale b_scale / y_scale; in float32, as
// ONNX Runtime 1.32 computes it on x86.
#include "model/op/linear_pair.h"
#include "model/op/list_nn.h"

namespace dlas::op {
namespace {

Status run(const Call& call) {
  const float factor = scale_of(call, kAScale) * scale_of(call, kBScale) / scale_of(call, kYScale);
  const std::int32_t a_zero = zero_of(call, kAZero), b_zero = zero_of(call, kBZero);
  const auto y_zero = static_cast<float>(zero_of(call, kYZero));
  return run_linear_pair(call, [=](std::int32_t a, std::int32_t b) {
    return static_cast<float>((a - a_zero) * (b - b_zero)) * factor + y_zero;
  });
}

}  // namespace

const Op q_linear_mul = {.name = "QLinearMul",
                         .inputs = kLinearPairInputs,
                         .outputs = "y",
                         .infer = linear_pair_types,
                         .run = run,
                         .elementwise = true};

}  // namespace dlas::op
