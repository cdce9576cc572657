// Softmax of int16 data: exponentials and a reciprocal from tables of 513 points with straight lines between them.
#pragma once

#include "model/op/quantized/quantized.h"

namespace dlas::op::quantized {

void softmax_16(const Input& x, float beta, Output& y);

}  // namespace dlas::op::quantized
