// Two models on the same images: do they differ in accuracy, and how alike are their rankings?
#pragma once

#include <cstdint>
#include <span>

namespace dlas::study {

// McNemar's exact test, two-sided: `only_a` images are right in A alone, `only_b` in B alone. If both models were equally
// good, each of these images would be a fair coin: p = min(1, 2 P(X <= min)), X ~ Binomial(only_a + only_b, 1/2).
double mcnemar(std::int64_t only_a, std::int64_t only_b);

// Rank-biased overlap (Webber, Moffat, Zobel 2010) of two rankings to the depth k of the shorter, scaled so that equal
// rankings give 1:  sum_{d=1..k} p^(d-1) |A_d and B_d| / d  /  sum_{d=1..k} p^(d-1),  A_d the first d of A. 1 when k is 0.
double rank_biased_overlap(std::span<const int> a, std::span<const int> b, double p = 0.9);

}  // namespace dlas::study
