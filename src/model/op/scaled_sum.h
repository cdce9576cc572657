// From the int32 sum of an ONNX QLinear operator to an output unit, as ONNX Runtime rounds it.       QLinearConv, QLinearMatMul
#pragma once

#include <cmath>

#include "model/op/real.h"

namespace dlas::op {

// saturate(round half to even(sum factor) + zero); factor is x_scale w_scale / y_scale, all of it in float32.
inline double scaled_sum(std::int32_t sum, float factor, double zero, DType dtype) {
  const float scaled = static_cast<float>(sum) * factor;
  return static_cast<double>(to_integer(std::nearbyint(static_cast<double>(scaled)) + zero, dtype));
}

}  // namespace dlas::op
