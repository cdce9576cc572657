// Pools and reductions of quantised tensors.
#pragma once

#include "model/op/quantized/convolution.h"
#include "model/op/quantized/quantized.h"

namespace dlas::op::quantized {

// NHWC. Units stay units (input and output have one scale): the average is rounded half away from zero, and counts only
// elements inside the picture. `window` without dilation.
void average_pool(const Input& x, std::int64_t height, std::int64_t width, const Window& window, Output& y);
void max_pool(const Input& x, std::int64_t height, std::int64_t width, const Window& window, Output& y);

// Sum or mean along axes (0 <= axis < rank, no axis twice). `kept`: y keeps the reduced axes with size 1.
enum class Reduction : std::uint8_t { mean, sum };
void reduce(const Input& x, Reduction reduction, std::span<const std::int64_t> axes, bool kept, Output& y,
            Kernels kernels);

}  // namespace dlas::op::quantized
