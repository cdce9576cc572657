// Which value of graph B is which value of graph A, so that errors can be followed from inputs to outputs.
//
// Both graphs run on one picture. Two values may be a pair when their shapes agree up to axes of size 1 and up to channels
// first or last. A pair scores: how near six numbers are that do not depend on the layout (mean, mean of |x|, root mean
// square, fourth moment, least, largest; 0 to 3 points), 1/2 for the same operator, 1 for the same name, 1 for an equal
// structure hash. The pairs are then the best monotone matching (dynamic programming, as a text diff): the n-th pair of
// one graph is never before the n-th of the other. The data keep "convolution" and "convolution with its ReLU inside" apart,
// the order and shapes carry the matching beyond the point where the models part. Parallel branches may stand in another
// order in the other file: a pair that fits badly is then exchanged for one that fits at least four times better.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "study/compare/layout.h"
#include "study/compare/side.h"

namespace dlas::study {

struct Pair {
  ValueId a = kNone, b = kNone;
  AxisOrder order;  // how b is read to have the axes of a
};

struct Alignment {
  std::vector<Pair> pairs;             // in the order of both graphs; outputs included
  std::vector<std::string> unmatched;  // outputs that no pair compares, and why
};

// Errors: of running the models.
Result<Alignment> align(const Side& a, const Side& b, std::span<const Tensor> inputs_a,
                        std::span<const Tensor> inputs_b);

// Of two float32 tensors with as many elements: |a - b| / |a| in the L2 norm (|a - b| when a is 0), and the largest |a - b|.
// A NaN or infinity on one side only makes both infinite. `rms` is the root mean square of a.
struct Deviation {
  double relative = 0, largest = 0, rms = 0;
};
Deviation deviation(const Tensor& a, const Tensor& b);

}  // namespace dlas::study
