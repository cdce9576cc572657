// A model's answers on pictures, and how many are right. The whole of `dlas run --data` as a value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "data/dataset.h"
#include "study/compare/side.h"
#include "study/statistics/interval.h"

namespace dlas::study {

struct ClassifyOptions {
  std::int64_t images = 1000;  // how many of the dataset; all when it has fewer
  std::uint64_t seed = 1;      // which
  int top = 5;                 // answers an image
};

struct Classified {
  std::string image;
  std::optional<int> label;   // a class
  std::vector<int> outputs;   // the best first; class = output - offset, so that -1 is "background"
  std::vector<float> scores;  // of these, through the output's quantisation
};

struct Accuracy {
  std::int64_t hits = 0, images = 0;
  Interval interval;  // Clopper-Pearson, 95 %
};

struct Classification {
  int offset = 0;   // outputs before class 0
  int outputs = 0;  // of the model
  std::vector<Classified> images;
  std::optional<Accuracy> top1, top5;  // when every picture has a label
};

// Errors: of reading pictures (each unreadable one ends the run), recipe and execution; usage when the first output is no
//         list of scores; mismatch when outputs and classes do not fit; cancelled.
Result<Classification> classify(const Side& side, const data::Dataset& dataset, const ClassifyOptions& options);

}  // namespace dlas::study
