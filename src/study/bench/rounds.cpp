#include "study/bench/rounds.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

#include "base/threads.h"

namespace dlas::study {
namespace {

constexpr std::size_t kWindow = 5;  // rounds that are compared to see whether times still fall
constexpr double kSettled = 0.02;
constexpr int kDraws = 2000;

double median_of(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + std::ssize(values) / 2;
  std::ranges::nth_element(values, middle);
  if (values.size() % 2 == 1) return *middle;
  return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

bool settled(const std::vector<double>& times) {
  if (times.size() < 2 * kWindow) return false;
  const double before = median_of({times.end() - 2 * kWindow, times.end() - kWindow});
  const double after = median_of({times.end() - kWindow, times.end()});
  return after >= before * (1 - kSettled);  // no longer faster
}

// The seconds of a run, after runs that take `settle` together.
Result<double> turn(const Arm& arm, double settle) {
  for (double spent = 0; spent < settle;) {
    if (stop_requested()) return make_error(Code::cancelled, "", "stopped by the user");
    DLAS_ASSIGN(const double seconds, arm.once());
    spent += std::max(seconds, 1e-6);
  }
  return arm.once();
}

Status one_round(const std::vector<Arm>& arms, double settle, std::mt19937_64& random,
                 std::vector<std::vector<double>>& times) {
  std::vector<std::size_t> order(arms.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random() % i]);
  for (const std::size_t arm : order) {
    if (stop_requested()) return make_error(Code::cancelled, "", "stopped by the user");
    DLAS_ASSIGN(const double seconds, turn(arms[arm], settle));
    times[arm].push_back(seconds);
  }
  return {};
}

}  // namespace

Result<Rounds> measure(const std::vector<Arm>& arms, std::int64_t rounds, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  Rounds out;
  std::vector<std::vector<double>> warming(arms.size());
  const std::int64_t most = std::max<std::int64_t>(rounds, 2 * kWindow);
  while (out.warm_up < most && !std::ranges::all_of(warming, settled)) {
    DLAS_TRY(one_round(arms, 0, random, warming));
    ++out.warm_up;
  }
  out.times.resize(arms.size());
  for (std::int64_t r = 0; r < rounds; ++r) DLAS_TRY(one_round(arms, kSettleSeconds, random, out.times));
  return out;
}

Ratio ratio(const std::vector<double>& a, const std::vector<double>& b, std::uint64_t seed) {
  Ratio out;
  const double base = median_of(b);
  out.value = base > 0 ? median_of(a) / base : 0;
  std::mt19937_64 random(seed);
  std::vector<double> drawn_a(a.size()), drawn_b(a.size()), ratios;
  for (int draw = 0; draw < kDraws && !a.empty(); ++draw) {
    for (std::size_t i = 0; i < a.size(); ++i) {
      const std::size_t round = random() % a.size();
      drawn_a[i] = a[round];
      drawn_b[i] = b[round];
    }
    const double divisor = median_of(drawn_b);
    ratios.push_back(divisor > 0 ? median_of(drawn_a) / divisor : 0);
  }
  if (ratios.empty()) return out;
  std::ranges::sort(ratios);
  out.interval = {ratios[static_cast<std::size_t>(kDraws * 0.025)], ratios[static_cast<std::size_t>(kDraws * 0.975)]};
  return out;
}

}  // namespace dlas::study
