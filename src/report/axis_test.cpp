#include "report/axis.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

namespace dlas::report {
namespace {

using testing::ElementsAre;

TEST(LogAxis, ReachesWholePowersAroundTheNumbers) {
  const LogAxis axis({3e-6, 0.5}, 0, 60);
  EXPECT_THAT(axis.ticks(), ElementsAre(0, -1, -2, -3, -4, -5, -6));
  EXPECT_DOUBLE_EQ(axis.y(1), 0);
  EXPECT_DOUBLE_EQ(axis.y(1e-6), 60);
  EXPECT_DOUBLE_EQ(axis.y(1e-3), 30);
}

TEST(LogAxis, HasAtMostSevenTicks) {
  EXPECT_LE(LogAxis({1e-300, 1e300}, 0, 100).ticks().size(), 7U);
  EXPECT_THAT(LogAxis({1e-9, 1e2}, 0, 100).ticks(), ElementsAre(2, 0, -2, -4, -6, -8));
}

TEST(LogAxis, GivesZeroAndInfinityLinesOfTheirOwn) {
  const double infinity = std::numeric_limits<double>::infinity();
  const LogAxis axis({0, 1e-3, 1, infinity}, 0, 100);
  EXPECT_TRUE(axis.has_zero());
  EXPECT_TRUE(axis.has_infinity());
  EXPECT_DOUBLE_EQ(axis.y(0), 100);
  EXPECT_LT(axis.y(1e-3), 100);
  EXPECT_DOUBLE_EQ(axis.y(infinity), 0);
  EXPECT_DOUBLE_EQ(axis.y(std::nan("")), 0);
  EXPECT_GT(axis.y(1), 0);
}

TEST(LogAxis, IsThereForNumbersThatAreAllZeroOrAllEqual) {
  for (const auto& numbers : {std::vector<double>{}, {0, 0}, {1, 1}, {1e-3}}) {
    const LogAxis axis(numbers, 0, 100);
    EXPECT_GE(axis.ticks().size(), 2U);
    EXPECT_TRUE(std::isfinite(axis.y(0.5)));
  }
}

TEST(PositionTicks, AreRoundAndFew) {
  EXPECT_THAT(position_ticks(5, 14), ElementsAre(0, 1, 2, 3, 4));
  EXPECT_THAT(position_ticks(31, 14), ElementsAre(0, 4, 9, 14, 19, 24, 29));
  EXPECT_LE(position_ticks(1'000'000, 14).size(), 15U);
  EXPECT_TRUE(position_ticks(0, 14).empty());
}

}  // namespace
}  // namespace dlas::report
