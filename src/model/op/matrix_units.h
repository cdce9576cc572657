// What MatMulInteger and QLinearMatMul share: scales and zero points of a matrix, one number, one a row of the left
// matrix or one a column of the right one.                                       ONNX MatMulInteger 10, QLinearMatMul 21
#pragma once

#include <vector>

#include "model/op/op.h"

namespace dlas::op {

enum class Side { left, right };

// int8 or uint8.
Status check_bytes(const Site& site, const Types& in, std::size_t slot);

// Errors: input `slot` (absent is fine) is not one number, nor as many as the matrix in `of` has rows (left) or columns.
Status check_units_of(const Site& site, const Types& in, std::size_t slot, std::size_t of, Side side);

// The shape with which a scale or zero point broadcasts to its matrix.
Shape units_shape(const Tensor& units, Side side);

// The elements of a matrix less their zero points, exact.
std::vector<double> less_zero(const Call& call, std::size_t matrix, std::size_t zero, Side side);

// An exact sum modulo 2^32.
inline std::int32_t wrapped_sum(double exact) {
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(static_cast<std::int64_t>(exact)));
}

}  // namespace dlas::op
