// One picture through both models: answers, margins and times. Used by diff.cpp.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "data/dataset.h"
#include "data/labels.h"
#include "study/compare/side.h"

namespace dlas::study {

struct Answers {
  std::string image;
  std::optional<int> label;
  std::vector<int> top_a, top_b;  // up to five classes, the background taken off
  double margin = 0;              // of A between its two best
  double largest = 0, mean = 0;   // |a - b| over the scores
  double milliseconds_a = 0, milliseconds_b = 0;
  bool equal = true;  // all output values
  bool classifies = false;
};

// How many outputs come before class 0 (1 for "background").
struct Offsets {
  int a = 0, b = 0;
};

// From the recipes' labels(...), the sizes of the outputs and the dataset.  Errors: mismatch.
Result<Offsets> class_offsets(const Side& a, const Side& b, const data::ClassSet& classes);

// `swap` runs B first, so that neither side always has the warm cache.
// Errors: of decoding, recipes and execution.
Result<Answers> answers(const Side& a, const Side& b, const data::Item& item, Offsets offsets, bool swap);

// Whether both models give the same numbers.  Errors: of execution.
Result<bool> equal_outputs(const Side& a, std::span<const Tensor> inputs_a, const Side& b,
                           std::span<const Tensor> inputs_b);

}  // namespace dlas::study
