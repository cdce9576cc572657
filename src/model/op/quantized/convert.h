// Between real numbers and units, and between two scales.
#pragma once

#include "model/op/quantized/quantized.h"

namespace dlas::op::quantized {

void quantize(const Input& real, Output& y, Kernels kernels);       // float32 -> i8, u8, i16
void requantize_units(const Input& x, Output& y, Kernels kernels);  // i8, u8, i16 -> i8, u8, i16
// i8, u8, i16, i32 -> float32; one scale per index of `axis` when x has several.
void dequantize(const Input& x, std::int64_t axis, Tensor& y, Kernels kernels);

// Joins along an axis. Inputs of other scales than the output's are rescaled in float32 (TFLite allows it for uint8 only).
void concatenate(std::span<const Input> inputs, std::int64_t axis, Output& y);

}  // namespace dlas::op::quantized
