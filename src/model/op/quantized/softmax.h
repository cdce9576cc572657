// Softmax along the last axis of quantised tensors. Output units are 1/256 (8 bits, the type's lowest unit is 0) or 1/32768.
#pragma once

#include "model/op/quantized/quantized.h"

namespace dlas::op::quantized {

// `reference`: fixed point for 8 bits. Otherwise a table of 256 float32 exponentials. int16: two tables, interpolated.
void softmax(const Input& x, float beta, Output& y, Kernels kernels);

}  // namespace dlas::op::quantized
