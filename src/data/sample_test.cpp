#include "data/sample.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace dlas::data {
namespace {

// The first numbers of SplitMix64 for seed 1234567, as its author's C code prints them.
TEST(Sample, IsSplitMix64) {
  Random random(1234567);
  EXPECT_EQ(random.next(), 6457827717110365317U);
  EXPECT_EQ(random.next(), 3203168211198807973U);
  EXPECT_EQ(random.next(), 9817491932198370423U);
}

// For n = 2^63 + 1 the 2^63 - 1 lowest draws are thrown away: the first two of this seed, not the third.
TEST(Sample, ThrowsAwayDrawsThatWouldFavourSmallNumbers) {
  constexpr std::uint64_t n = (std::uint64_t{1} << 63) + 1;
  EXPECT_EQ(Random(1234567).below(n), 9817491932198370423U - n);
}

TEST(Sample, DrawsDifferentNumbersInOrder) {
  const auto some = sample(1000, 100, 7);
  EXPECT_EQ(some.size(), 100U);
  EXPECT_TRUE(std::ranges::is_sorted(some));
  EXPECT_EQ(std::ranges::adjacent_find(some), some.end());
  EXPECT_LT(some.back(), 1000);
  EXPECT_EQ(sample(1000, 100, 7), some);
  EXPECT_NE(sample(1000, 100, 8), some);
}

TEST(Sample, HoldsEverySmallerSampleOfItsSeed) {
  const auto large = sample(500, 60, 3), small = sample(500, 20, 3);
  EXPECT_TRUE(std::ranges::includes(large, small));
}

TEST(Sample, GivesAllWhenAskedForMore) {
  EXPECT_THAT(sample(3, 3, 1), testing::ElementsAre(0, 1, 2));
  EXPECT_THAT(sample(3, 9, 1), testing::ElementsAre(0, 1, 2));
  EXPECT_TRUE(sample(0, 5, 1).empty());
  EXPECT_TRUE(sample(5, 0, 1).empty());
}

// 6,000 samples of 1 in 6: each number about 1,000 times; six standard deviations are 173.
TEST(Sample, FavoursNobody) {
  std::vector<int> counts(6);
  for (std::uint64_t seed = 0; seed < 6000; ++seed) ++counts[static_cast<std::size_t>(sample(6, 1, seed)[0])];
  for (const int count : counts) EXPECT_NEAR(count, 1000, 173);
}

}  // namespace
}  // namespace dlas::data
