// The signed-rank test against tables and a count of all signs; false-discovery control against the example of its authors.
#include "study/statistics/signed_rank.h"

#include <gtest/gtest.h>

#include <cmath>

namespace dlas::study {
namespace {

TEST(SignedRank, IsTheShareOfSignsWithSoLargeASum) {
  EXPECT_DOUBLE_EQ(signed_rank(std::vector<double>{1, 2, 3, 4}), 1.0 / 16);   // all positive: one of 2^4
  EXPECT_DOUBLE_EQ(signed_rank(std::vector<double>{-1, 2, 3, 4}), 2.0 / 16);  // sum 9: {2,3,4} and all
  EXPECT_DOUBLE_EQ(signed_rank(std::vector<double>{-1, -2, -3, -4}), 1.0);
}

TEST(SignedRank, SharesTheRankOfEqualSizesAndLeavesZerosOut) {
  // Sizes 1, 1, 2: ranks 1.5, 1.5, 3. The sum of the positive ones is 4.5; of 8 signs {1.5, 3} twice and all three reach it.
  EXPECT_DOUBLE_EQ(signed_rank(std::vector<double>{0, 1, -1, 2}), 3.0 / 8);
  EXPECT_DOUBLE_EQ(signed_rank(std::vector<double>{}), 1.0);
  EXPECT_DOUBLE_EQ(signed_rank(std::vector<double>{0, 0}), 1.0);
}

TEST(SignedRank, IsNearTheNormalForMany) {
  // 30 positive differences: W = 465, mean 232.5, variance n (n + 1) (2 n + 1) / 24 = 2363.75; z = 232 / 48.62 = 4.772.
  std::vector<double> all(30);
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<double>(i + 1);
  EXPECT_NEAR(signed_rank(all), std::erfc(232 / std::sqrt(2363.75) / std::sqrt(2.0)) / 2, 1e-12);
}

TEST(Discoveries, AreThoseOfTheAuthorsExample) {
  // Benjamini and Hochberg 1995, section 4.1: 15 p-values, rate 0.05: the first four are rejected.
  const std::vector<double> p = {0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
                                 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0};
  const std::vector<bool> found = discoveries(p, 0.05);
  for (std::size_t i = 0; i < p.size(); ++i) EXPECT_EQ(found[i], i < 4) << i;
  EXPECT_TRUE(discoveries(std::vector<double>{}, 0.05).empty());
}

}  // namespace
}  // namespace dlas::study
