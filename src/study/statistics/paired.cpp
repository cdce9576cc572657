#include "study/statistics/paired.h"

#include <algorithm>
#include <cmath>

namespace dlas::study {

double mcnemar(std::int64_t only_a, std::int64_t only_b) {
  const double n = static_cast<double>(only_a + only_b);
  double tail = 0;
  for (std::int64_t i = 0; i <= std::min(only_a, only_b); ++i) {
    const double k = static_cast<double>(i);
    tail += std::exp(std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1) - n * std::log(2.0));
  }
  return std::min(1.0, 2 * tail);
}

double rank_biased_overlap(std::span<const int> a, std::span<const int> b, double p) {
  const std::size_t depth = std::min(a.size(), b.size());
  double sum = 0, most = 0, weight = 1;
  for (std::size_t d = 1; d <= depth; ++d, weight *= p) {
    const auto common =
        std::ranges::count_if(a.first(d), [&](int x) { return std::ranges::find(b.first(d), x) != b.first(d).end(); });
    sum += weight * static_cast<double>(common) / static_cast<double>(d);
    most += weight;
  }
  return most > 0 ? sum / most : 1;
}

}  // namespace dlas::study
