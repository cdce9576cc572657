#include "study/statistics/interval.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace dlas::study {
namespace {

// Keeps a denominator of the continued fraction away from 0.
double nonzero(double x) { return std::abs(x) < 1e-300 ? 1e-300 : x; }

double continued_fraction(double a, double b, double x) {
  double c = 1, d = 1 / nonzero(1 - (a + b) * x / (a + 1)), h = d;
  for (int m = 1; m <= 10000; ++m) {
    const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / nonzero(1 + even * d);
    c = nonzero(1 + even / c);
    h *= d * c;
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / nonzero(1 + odd * d);
    c = nonzero(1 + odd / c);
    h *= d * c;
    if (std::abs(d * c - 1) < 1e-15) break;
  }
  return h;
}

// The x with I_x(a, b) = p, by halving: I rises with x.
double beta_quantile(double p, double a, double b) {
  double low = 0, high = 1;
  for (int i = 0; i < 200 && low < high; ++i) {
    const double middle = (low + high) / 2;
    (incomplete_beta(a, b, middle) < p ? low : high) = middle;
  }
  return (low + high) / 2;
}

}  // namespace

double incomplete_beta(double a, double b, double x) {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const double front =
      std::exp(std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b) + a * std::log(x) + b * std::log1p(-x));
  // The fraction converges fast on this side of the mean; the other side follows by symmetry.
  if (x < (a + 1) / (a + b + 2)) return front * continued_fraction(a, b, x) / a;
  return 1 - front * continued_fraction(b, a, 1 - x) / b;
}

Interval clopper_pearson(std::int64_t hits, std::int64_t trials, double confidence) {
  if (trials <= 0) return {0, 1};
  const double tail = (1 - confidence) / 2, k = static_cast<double>(hits), n = static_cast<double>(trials);
  return {hits == 0 ? 0 : beta_quantile(tail, k, n - k + 1),
          hits == trials ? 1 : beta_quantile(1 - tail, k + 1, n - k)};
}

Median median(std::span<const double> observations, double confidence) {
  Median result;
  if (observations.empty()) return result;
  std::vector<double> sorted(observations.begin(), observations.end());
  std::ranges::sort(sorted);
  const std::size_t n = sorted.size();
  result.count = static_cast<std::int64_t>(n);
  result.value = n % 2 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
  // The r-th smallest is above the median with probability P(X < r), X ~ Binomial(n, 1/2).
  const double tail = (1 - confidence) / 2, trials = static_cast<double>(n);
  double below = 0;
  std::size_t rank = 0;  // how many observations may be cut at each end
  for (std::size_t i = 0; i < n / 2; ++i) {
    const double k = static_cast<double>(i);
    below +=
        std::exp(std::lgamma(trials + 1) - std::lgamma(k + 1) - std::lgamma(trials - k + 1) - trials * std::log(2.0));
    if (below > tail) break;
    rank = i;
  }
  result.interval = {sorted[rank], sorted[n - 1 - rank]};
  return result;
}

}  // namespace dlas::study
