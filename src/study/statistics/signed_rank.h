// Are paired differences above zero, and which of many such questions may be answered with yes?
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace dlas::study {

// Wilcoxon's signed-rank test (Biometrics Bulletin 1, 1945), one-sided: the probability of a rank sum of the positive differences at
// least as large as the one seen, if each had either sign with probability 1/2. Zeros are left out, equal sizes share their mean rank.
// Exact up to 25 differences; above, the normal approximation with continuity correction. 1 without differences.
double signed_rank(std::span<const double> differences);

// Benjamini and Hochberg (JRSS B 57, 1995): which hypotheses may be rejected so that in the mean at most the share `rate` of the rejected
// ones is true. In the order of `p`.
std::vector<bool> discoveries(std::span<const double> p, double rate);

}  // namespace dlas::study
