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
  std::vector<int> top_a, top_b;  // up to five classes, the background not counted
  double margin = 0;              // of A between its two best
  double largest = 0, mean = 0;   // |a - b| over the scores
  double milliseconds_a = 0, milliseconds_b = 0;
  bool equal = true;  // all output values
  bool classifies = false;
  bool finite_a = true, finite_b = true;  // no output has NaN or infinity
  Hash output_a, output_b;                // of the first output
};

// How many outputs come before class 0 (1 for "background"), and what was concluded from sizes to say so.
struct Offsets {
  int a = 0, b = 0;
  std::vector<std::string> notes;
};

// From the recipes' labels(...); where they say nothing and the dataset has ImageNet's labels, from the sizes of the outputs.
// Errors: mismatch, with the word that is missing.
Result<Offsets> class_offsets(const Side& a, const Side& b, const data::ClassSet& classes);

// `swap` runs B first, so that neither side always has the warm cache.
// Errors: of decoding, recipes and execution.
Result<Answers> answers(const Side& a, const Side& b, const data::Item& item, const Offsets& offsets, bool swap);

// `equal`, `finite_a` and `finite_b` for tensors of any task.  Errors: of execution.
Result<Answers> outputs_alone(const Side& a, std::span<const Tensor> inputs_a, const Side& b,
                              std::span<const Tensor> inputs_b);

}  // namespace dlas::study
