// Where and how two values differ: the table of residual shapes.
#pragma once

#include <cstdint>
#include <optional>

#include "base/tensor.h"

namespace dlas::study::localize {

struct ResidualShape {
  double error = 0;             // relative, L2
  std::int64_t not_finite = 0;  // values of `made` that are none of `wanted`
  double border = 0;  // share of the squared difference in the outermost rows and columns, where those are a minority
  double affine_error = 1;  // relative error after the best slope and intercept of each channel
  double least_slope = 1, most_slope = 1, least_offset = 0, most_offset = 0;
  bool channels_permuted = false;
  bool transposed = false;  // height and width
  double transposed_error = 1;
  std::optional<double> above, below;  // it differs only where the source is at least, at most this
};

// Both float32 of one shape; channels are axis 1 of rank 4 or the smaller of axes 1 and 3 when that is the last.
ResidualShape residual_shape(const Tensor& wanted, const Tensor& made);

}  // namespace dlas::study::localize
