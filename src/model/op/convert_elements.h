// Conversion of every element of a tensor to another type, for Cast and CastLike.
#pragma once

#include "base/tensor.h"

namespace dlas::op {

// Writes `in` into `out`, of the same shape and another element type (4-bit types: `out` is packed here).
// Floats are rounded to the nearest even; to integers they are cut toward zero, and beyond the range ONNX leaves the
// result open: here it is what x86-64 gives and so NumPy and ONNX Runtime there, the lowest int32 (int64 for uint32
// and wider) and then its low bits. Integers keep their low bits. To bool: what is not 0, NaN included, is true.
void convert_elements(const Tensor& in, Tensor& out);

}  // namespace dlas::op
