// Resizing NHWC pictures as TFLite does it; scale and zero stay.
#pragma once

#include "model/op/quantized/quantized.h"

namespace dlas::op::quantized {

// At most one of the two, as in the schema.
struct Grid {
  bool align_corners = false;
  bool half_pixel_centers = false;
};

// Weights with 10 fractional bits, rounded half away from zero; XNNPACK: 11 bits, ties up.
void resize_bilinear(const Input& x, Grid grid, Output& y, Kernels kernels);
void resize_nearest(const Tensor& x, Grid grid, Tensor& y);  // any type of whole bytes

}  // namespace dlas::op::quantized
