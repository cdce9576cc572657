// QLinearAdd: a sum of quantised tensors into a quantised one.               ONNX Runtime's com.microsoft.QLinearAdd, 1
//
// The formula speaks of real numbers; the bytes are those of ONNX Runtime 1.32 on x86 with AVX2, which works in float32:
//   r = a_scale / y_scale,  s = b_scale / y_scale,  k = y_zero - fma(r, a_zero, s b_zero)
//   y = saturate(round half to even(fma(a, r, fma(b, s, k))))
// where an input that is one number for the whole last axis takes the place of b. Its ARM code rounds otherwise, by one
// unit in near ties.
#include <cmath>

#include "model/op/linear_pair.h"
#include "model/op/list_nn.h"

namespace dlas::op {
namespace {

struct Side {
  float ratio, zero;
};

Status run(const Call& call) {
  const float y_scale = scale_of(call, kYScale), y_zero = static_cast<float>(zero_of(call, kYZero));
  const Side a{scale_of(call, kAScale) / y_scale, static_cast<float>(zero_of(call, kAZero))};
  const Side b{scale_of(call, kBScale) / y_scale, static_cast<float>(zero_of(call, kBZero))};
  const bool swap = is_one_number_a_row(call, kA);
  const Side &outer = swap ? b : a, &inner = swap ? a : b;
  const float constant = y_zero - std::fma(outer.ratio, outer.zero, inner.ratio * inner.zero);
  return run_linear_pair(call, [&](std::int32_t p, std::int32_t q) {
    const auto x = static_cast<float>(swap ? q : p), z = static_cast<float>(swap ? p : q);
    return std::fma(x, outer.ratio, std::fma(z, inner.ratio, constant));
  });
}

}  // namespace

const Op q_linear_add = {.name = "QLinearAdd",
                         .inputs = kLinearPairInputs,
                         .outputs = "y",
                         .infer = linear_pair_types,
                         .run = run,
                         .elementwise = true};

}  // namespace dlas::op
