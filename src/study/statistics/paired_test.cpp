#include "study/statistics/paired.h"

#include <gtest/gtest.h>

#include <vector>

namespace dlas::study {
namespace {

TEST(McNemar, CountsTheTailsOfAFairCoin) {
  EXPECT_EQ(mcnemar(0, 0), 1);
  EXPECT_NEAR(mcnemar(0, 6), 2.0 / 64, 1e-12);
  EXPECT_NEAR(mcnemar(1, 9), 2.0 * 11 / 1024, 1e-12);
  EXPECT_NEAR(mcnemar(9, 1), 2.0 * 11 / 1024, 1e-12);
  EXPECT_EQ(mcnemar(5, 5), 1);
}

TEST(RankBiasedOverlap, IsOneForEqualAndZeroForDisjointRankings) {
  std::vector<int> a = {1, 2, 3, 4, 5}, b = {6, 7, 8, 9, 10};
  EXPECT_DOUBLE_EQ(rank_biased_overlap(a, a), 1);
  EXPECT_DOUBLE_EQ(rank_biased_overlap(a, b), 0);
}

TEST(RankBiasedOverlap, WeighsTheTopMost) {
  std::vector<int> a = {1, 2}, b = {2, 1};
  EXPECT_NEAR(rank_biased_overlap(a, b), 0.9 / 1.9, 1e-12);  // by hand: overlaps 0, 1
}

}  // namespace
}  // namespace dlas::study
