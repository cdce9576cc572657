// From the real numbers that a recipe makes to what the model's input takes.
#pragma once

#include <optional>

#include "base/result.h"
#include "base/tensor.h"
#include "data/recipe.h"

namespace dlas::data {

struct Quantization {
  double scale = 1;
  std::int64_t zero_point = 0;
};

// round(x / scale) + zero_point, cut to the type's range. The division is in float32 and halves go away from zero, as in
// TensorFlow Lite's AffineQuantize.
// Errors: type (dtype is not int8, uint8, int16 or uint16; real is not float32), mismatch (scale not positive, NaN among values).
Result<Tensor> quantize_input(const Tensor& real, const Quantization& quantization, DType dtype);

// The numbers as they are, for a recipe with `raw`: bytes for unsigned types, bytes - 128 for int8.
// Errors: type; mismatch when a value is not a whole number from 0 to 255.
Result<Tensor> raw_input(const Tensor& real, DType dtype);

// What an input of type `dtype` gets from the tensor that `apply` made: the same (float32), rounded (float16, bfloat16,
// float64), raw, or quantised.
// Errors: as above; mismatch when the type is an integer without quantisation and the recipe does not say `raw`, or says
//         `raw` for a float input.
Result<Tensor> model_input(const Recipe& recipe, const Tensor& real, DType dtype,
                           const std::optional<Quantization>& quantization);

}  // namespace dlas::data
