// How well a target agrees with its source on given inputs: as the user sees it, and as numbers.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "study/compare/curve.h"
#include "study/statistics/interval.h"

namespace dlas::study {

struct Agreement {
  std::int64_t images = 0,
               differ = 0;  // with another first answer; for outputs that are no scores: with another number
  Interval rate;            // of differ
  double overlap = 1;       // mean rank-biased overlap of the first five answers
  double distance = 0;      // mean over the images of |a - b| / |a| of the outputs; infinite: NaN, or it did not run
};

// None of the three is worse, up to what another order of sums does to the distance.
bool no_worse(const Agreement& now, const Agreement& before);

// What the source answers, computed once.
class Oracle {
 public:
  // Errors: of execution.
  static Result<Oracle> of(const Side& source, std::span<const Inputs> inputs);

  // REQUIRES: the target's inputs are those of as many images. A target that does not run agrees on none.
  Agreement judge(const Executor& target, std::span<const Inputs> inputs) const;

 private:
  std::vector<std::vector<Tensor>> outputs_;  // as real numbers, an image
};

}  // namespace dlas::study
