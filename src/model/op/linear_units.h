// What ONNX Runtime's QLinear operators share: a tensor of int8 or uint8 with one scale and perhaps a zero point.
#pragma once

#include "model/op/op.h"

namespace dlas::op {

// Errors: input `tensor` is not int8 or uint8; `scale` not one float; `zero` (may be absent) not one number of its type.
Status check_linear(const Site& site, const Types& in, std::size_t tensor, std::size_t scale, std::size_t zero);
// The same for the output, whose units are inputs; its type is `dtype`.
Status check_linear_output(const Site& site, const Types& in, DType dtype, std::size_t scale, std::size_t zero);

// The number in a slot; of an absent zero point 0.
float scale_of(const Call& call, std::size_t slot);
std::int32_t zero_of(const Call& call, std::size_t slot);

// The stored integers less their zero point.
std::vector<std::int32_t> centred(const Call& call, std::size_t tensor, std::size_t zero);

}  // namespace dlas::op
