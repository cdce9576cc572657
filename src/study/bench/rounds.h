// Times of several ways to do one thing, measured so that a busy machine disturbs all alike.
//
// Every round gives each arm a turn, in a new order. A turn begins with runs that do not count, until the threads of the arm before have
// gone to sleep (frameworks let theirs spin for a while) and the caches hold what this arm needs. A ratio is that of medians over rounds; its interval comes from drawing rounds with
// replacement, all arms together (bootstrap, percentiles). An arm that is measured twice under two names tells the noise.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "study/statistics/interval.h"

namespace dlas::study {

struct Arm {
  std::string name;
  std::function<Result<double>()> once;  // seconds of one run
};

struct Rounds {
  std::int64_t warm_up = 0;                // rounds that were left out
  std::vector<std::vector<double>> times;  // seconds, by arm and round
};

// Warms up first, for ten to `rounds` rounds: until no arm's last five are faster by 2 % than the five before (medians). Then
// `rounds` rounds count.
// Errors: of an arm; cancelled.
Result<Rounds> measure(const std::vector<Arm>& arms, std::int64_t rounds, std::uint64_t seed = 1);

// How much of an arm's own time a turn spends before the run that counts.
inline constexpr double kSettleSeconds = 0.02;

struct Ratio {
  double value = 1;
  Interval interval;  // 95 %
};
// median(a) / median(b). REQUIRES: as many rounds of both.
Ratio ratio(const std::vector<double>& a, const std::vector<double>& b, std::uint64_t seed = 1);

}  // namespace dlas::study
