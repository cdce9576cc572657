// Local errors over several images, and which of them noise does not explain.
#pragma once

#include <vector>

#include "study/localize/forcing/probe.h"

namespace dlas::study::localize {

struct Tested {
  std::vector<double> errors;  // by image; NaN where the region cannot run
  double median = 0, largest = 0;
  double p = 1;  // signed-rank test of log(error / floor), one-sided
  bool fault = false;
};

// By pair: `errors[i]` are those of pair i. A pair whose errors are not above its floor in any image is clean. Else it is a fault when the
// test says so at a false-discovery rate of 5 % over all pairs, or when the error of an image is ten times the floor: both models
// are deterministic, so that one such image is proof.
std::vector<Tested> tested(const std::vector<std::vector<double>>& errors, const std::vector<Local>& locals);

}  // namespace dlas::study::localize
