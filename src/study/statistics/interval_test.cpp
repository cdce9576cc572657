#include "study/statistics/interval.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace dlas::study {
namespace {

TEST(ClopperPearson, NothingSeenGivesAnUpperBound) {
  const Interval i = clopper_pearson(0, 100);
  EXPECT_EQ(i.low, 0);
  EXPECT_NEAR(i.high, 1 - std::pow(0.025, 0.01), 1e-12);  // closed form
}

TEST(ClopperPearson, AgreesWithClosedFormsAndTables) {
  EXPECT_NEAR(clopper_pearson(100, 100).low, std::pow(0.025, 0.01), 1e-12);
  // Tables of the binomial distribution: 5 of 10 -> 18.71 % to 81.29 %; 1 of 10 -> 0.25 % to 44.50 %.
  EXPECT_NEAR(clopper_pearson(5, 10).low, 0.1871, 5e-5);
  EXPECT_NEAR(clopper_pearson(5, 10).high, 0.8129, 5e-5);
  EXPECT_NEAR(clopper_pearson(1, 10).low, 0.0025, 5e-5);
  EXPECT_NEAR(clopper_pearson(1, 10).high, 0.4450, 5e-5);
}

TEST(ClopperPearson, WithoutTrialsSaysNothing) {
  EXPECT_EQ(clopper_pearson(0, 0).low, 0);
  EXPECT_EQ(clopper_pearson(0, 0).high, 1);
}

TEST(IncompleteBeta, IsTheBinomialTail) {
  // I_x(2, 3) = P(Binomial(4, x) >= 2); at x = 0.3: 1 - 0.7^4 - 4 * 0.3 * 0.7^3.
  EXPECT_NEAR(incomplete_beta(2, 3, 0.3), 1 - std::pow(0.7, 4) - 4 * 0.3 * std::pow(0.7, 3), 1e-14);
  EXPECT_NEAR(incomplete_beta(2, 3, 0.9), 1 - std::pow(0.1, 4) - 4 * 0.9 * std::pow(0.1, 3), 1e-14);
}

TEST(Median, TakesTheMiddleAndItsOrderStatistics) {
  std::vector<double> ten = {10, 9, 8, 7, 6, 5, 4, 3, 2, 1};
  const Median m = median(ten);
  EXPECT_EQ(m.value, 5.5);
  // P(X <= 1) = 11/1024 <= 0.025 < P(X <= 2) = 56/1024: the 2nd smallest to the 2nd largest.
  EXPECT_EQ(m.interval.low, 2);
  EXPECT_EQ(m.interval.high, 9);
}

TEST(Median, OfFewIsFromLeastToLargest) {
  std::vector<double> three = {3, 1, 2};
  EXPECT_EQ(median(three).value, 2);
  EXPECT_EQ(median(three).interval.low, 1);
  EXPECT_EQ(median(three).interval.high, 3);
  EXPECT_EQ(median({}).count, 0);
}

}  // namespace
}  // namespace dlas::study
