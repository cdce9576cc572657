// Which scale belongs to which element, for QuantizeLinear and DequantizeLinear.                     ONNX opset 10 to 25
#pragma once

#include "model/op/op.h"

namespace dlas::op {

struct ScaleAttributes {
  std::int64_t axis = 1;
  std::int64_t block_size = 0;  // 0: one scale an index of `axis`
};

// Scale: one number; a vector along `axis`; or the shape of x with `axis` divided into blocks. Zero points: as the scale.
Status check_scales(const Site& site, const ScaleAttributes& a, const Types& in);

// The element of `scale` for each element of `shape`.
std::vector<std::size_t> scale_indices(const ScaleAttributes& a, const Shape& shape, const Shape& scale);

}  // namespace dlas::op
