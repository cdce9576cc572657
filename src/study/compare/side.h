// One side of a comparison: a model ready to run, with the recipe that makes its input.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "data/image.h"
#include "data/recipe.h"
#include "model/executor/executor.h"
#include "study/compare/background.h"

namespace dlas::study {

struct Side {
  std::string name;                    // the file, as the user gave it
  const Executor* executor = nullptr;  // REQUIRES: set, with fixed input sizes
  data::Recipe recipe;                 // with a layout (with_input_layout)
  Background background = {};          // what the comparison takes off its classes; diff() sets it
  // Of each value, quantizations() of float_meaning.h; diff() sets it. Without it, what the types say.
  std::vector<std::shared_ptr<const Quantization>> quantizations = {};

  // The type of a value with how its integers are to be read.
  Type type(ValueId id) const;
};

// The recipe with the layout that the model's input has, where the recipe leaves it open: channels are the axis of 1 or 3.
data::Recipe with_input_layout(data::Recipe recipe, const Graph& graph);

// What the model takes for one picture.
// Errors: of the recipe; mismatch when the picture has not the input's shape; usage when the model has not one input.
Result<std::vector<Tensor>> model_inputs(const Side& side, const data::Image& image);

// Any tensor as real numbers: stored integers through the quantisation of `type`.
Tensor real_values(const Tensor& stored, const Type& type);

// A value of one side as the comparison sees it: real_values() without the background.
Tensor seen(const Side& side, ValueId id, const Tensor& stored);

// How many numbers of a tensor are NaN or infinite.
std::int64_t not_finite(const Tensor& tensor);

// The numbers of a classifier's first output; empty when it is no list of numbers.
std::vector<float> scores(const Tensor& output, const Type& type);

// Positions of the `n` largest numbers, the largest first; of equal ones the first comes first.
std::vector<int> largest(const std::vector<float>& numbers, int n);

}  // namespace dlas::study
