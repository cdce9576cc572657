#include "compiler/runtime/team.h"

#include <gtest/gtest.h>

namespace dlas::compiler {
namespace {

TEST(Team, CallsEachItemOnce) {
  for (const int threads : {1, 2, 3, 5}) {
    Team team(threads);
    EXPECT_EQ(team.threads(), threads);
    for (const std::int64_t n : {0, 1, 2, 3, 7, 1000}) {
      std::vector<std::atomic<int>> calls(static_cast<std::size_t>(n));
      team.loop()(n, [&](std::int64_t i) { ++calls[static_cast<std::size_t>(i)]; });
      for (const auto& c : calls) EXPECT_EQ(c, 1);
    }
  }
}

TEST(Team, SleepsAndWakes) {
  Team team(2);
  std::atomic<int> sum{0};
  for (int round = 0; round < 3; ++round) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));  // longer than it spins
    team.run(100, [&](std::int64_t) { ++sum; });
  }
  EXPECT_EQ(sum, 300);
}

// One item stands still until all others are done, which only the other thread can have done.
TEST(Team, NobodyWaitsForAThreadThatIsBusy) {
  Team team(2);
  std::atomic<int> others{0};
  team.run(100, [&](std::int64_t i) {
    if (i != 0 && i != 50) ++others;
    else if (i == 0)
      while (others < 98) std::this_thread::yield();
  });
  EXPECT_EQ(others, 98);
}

TEST(Team, TakesMoreItemsThanItCounts) {
  Team team(3);
  std::atomic<std::int64_t> sum{0};
  constexpr std::int64_t n = (std::int64_t{1} << 21) + 5;
  team.run(n, [&](std::int64_t i) { sum.fetch_add(i, std::memory_order_relaxed); });
  EXPECT_EQ(sum, n * (n - 1) / 2);
}

TEST(Team, DoesManyShortLoopsInARow) {
  Team team(3);
  std::atomic<std::int64_t> sum{0};
  for (int round = 0; round < 20'000; ++round) team.run(3, [&](std::int64_t i) { sum += i; });
  EXPECT_EQ(sum, 60'000);
}

}  // namespace
}  // namespace dlas::compiler
