// Intervals that hold for few observations: of a rate, and of a median.
#pragma once

#include <cstdint>
#include <span>

namespace dlas::study {

struct Interval {
  double low = 0, high = 0;
};

// Clopper and Pearson (Biometrika 26, 1934): the exact interval of a rate of which `hits` of `trials` were seen. 0 of n has
// low 0 and high 1 - (alpha/2)^(1/n); so "none seen" gives an upper bound, never "none".
// REQUIRES: 0 <= hits <= trials. Without trials it is [0, 1].
Interval clopper_pearson(std::int64_t hits, std::int64_t trials, double confidence = 0.95);

// Regularised incomplete beta function I_x(a, b) by Lentz's continued fraction; a, b > 0, 0 <= x <= 1.
double incomplete_beta(double a, double b, double x);

// The median, and order statistics around it that hold it with at least the confidence whatever the distribution. With too
// few observations the interval is from the least to the largest. All 0 without observations.
struct Median {
  double value = 0;
  Interval interval;
  std::int64_t count = 0;
};
Median median(std::span<const double> observations, double confidence = 0.95);

}  // namespace dlas::study
