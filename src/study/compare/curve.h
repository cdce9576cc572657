// The error of every aligned pair over some pictures, and the first that noise does not explain.
#pragma once

#include "study/compare/diff.h"

namespace dlas::study {

// What both models got for one picture or set of tensors.
struct Inputs {
  std::vector<Tensor> a, b;
};

// Fills values, first_divergence and quantised. The first of `inputs` is the probe of the alignment.
// REQUIRES: at least one.  Errors: of execution.
Status error_curve(const Side& a, const Side& b, const std::vector<Inputs>& inputs, Difference& difference);

}  // namespace dlas::study
