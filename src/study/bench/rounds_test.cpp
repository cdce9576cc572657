#include "study/bench/rounds.h"

#include <gtest/gtest.h>

namespace dlas::study {
namespace {

TEST(Measure, CountsOneRunOfEachTurnAfterOneThatSettles) {
  int a = 0, b = 0;
  const std::vector<Arm> arms{{"a", [&]() -> Result<double> { return ++a, 1.0; }},
                              {"b", [&]() -> Result<double> { return ++b, 2.0; }}};
  const auto rounds = measure(arms, 20);
  ASSERT_TRUE(rounds.ok());
  EXPECT_EQ(a, 2 * 20 + rounds->warm_up);
  EXPECT_EQ(a, b);
  EXPECT_EQ(rounds->times[0], std::vector<double>(20, 1.0));
  EXPECT_EQ(rounds->times[1], std::vector<double>(20, 2.0));
}

TEST(Measure, RunsShortOnesUntilTheTurnHasSettled) {
  int runs = 0;
  const std::vector<Arm> arms{{"a", [&]() -> Result<double> { return ++runs, kSettleSeconds / 8; }}};
  const auto rounds = measure(arms, 3);
  ASSERT_TRUE(rounds.ok());
  EXPECT_EQ(runs, 3 * (8 + 1) + rounds->warm_up);
}

TEST(Measure, LeavesTheWarmUpOut) {
  double next = 8;  // falls to 1, then stays
  const std::vector<Arm> arms{{"a", [&]() -> Result<double> { return next = std::max(1.0, next * 0.8); }}};
  const auto rounds = measure(arms, 40);
  ASSERT_TRUE(rounds.ok());
  EXPECT_GT(rounds->warm_up, 9);
  EXPECT_LT(rounds->warm_up, 40);
  EXPECT_EQ(rounds->times[0], std::vector<double>(40, 1.0));
}

TEST(Measure, EndsWithTheFirstError) {
  const std::vector<Arm> arms{{"a", []() -> Result<double> { return make_error(Code::io, "an answer", "none"); }}};
  EXPECT_EQ(measure(arms, 5).error().message(), "expected an answer, found none");
}

TEST(Ratio, IsThatOfTheMedians) {
  const Ratio r = ratio({2, 4, 6, 4}, {1, 2, 3, 2});
  EXPECT_EQ(r.value, 2);
  EXPECT_EQ(r.interval.low, 2);  // both move together, so drawing rounds changes nothing
  EXPECT_EQ(r.interval.high, 2);
}

TEST(Ratio, OfAnArmWithItselfHoldsOne) {
  std::vector<double> a, b;
  for (int i = 0; i < 60; ++i) {
    a.push_back(1 + (i * 7 % 13) * 0.01);
    b.push_back(1 + (i * 5 % 13) * 0.01);
  }
  const Ratio r = ratio(a, b);
  EXPECT_LT(r.interval.low, 1.0001);
  EXPECT_GT(r.interval.high, 0.9999);
  EXPECT_LT(r.interval.high - r.interval.low, 0.1);
}

}  // namespace
}  // namespace dlas::study
