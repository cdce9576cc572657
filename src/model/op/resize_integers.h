// Linear resampling of the last two axes of plain integers, bit for bit as ONNX Runtime 1.32 does it: the four weights and
// their sum in float32, cut toward zero. ONNX does not say how integers are rounded; its reference evaluator rounds.
#pragma once

#include <span>

#include "base/tensor.h"

namespace dlas::op {

// `rows` and `columns`: where in the input each row and column of the output lies.
// REQUIRES: integers of whole bytes; as many leading axes as there are; at least one row and column in the input.
void resize_integers(const Tensor& x, std::span<const float> rows, std::span<const float> columns, Tensor& y);

}  // namespace dlas::op
