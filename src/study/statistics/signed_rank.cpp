#include "study/statistics/signed_rank.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace dlas::study {
namespace {

// Twice the mean rank of each difference, by size; whole numbers, since two equal ones share a half.
std::vector<std::size_t> doubled_ranks(const std::vector<double>& sorted) {
  std::vector<std::size_t> ranks(sorted.size());
  for (std::size_t i = 0; i < sorted.size();) {
    std::size_t end = i;
    while (end < sorted.size() && std::abs(sorted[end]) == std::abs(sorted[i])) ++end;
    for (std::size_t k = i; k < end; ++k) ranks[k] = i + 1 + end;
    i = end;
  }
  return ranks;
}

double exact(const std::vector<std::size_t>& ranks, std::size_t seen) {
  const std::size_t all = std::accumulate(ranks.begin(), ranks.end(), std::size_t{0});
  std::vector<double> ways(all + 1, 0);
  ways[0] = 1;
  for (const std::size_t rank : ranks)
    for (std::size_t sum = all; sum >= rank; --sum) ways[sum] += ways[sum - rank];
  const double tail = std::accumulate(ways.begin() + static_cast<std::ptrdiff_t>(seen), ways.end(), 0.0);
  return tail / std::ldexp(1.0, static_cast<int>(ranks.size()));
}

double approximate(const std::vector<std::size_t>& ranks, std::size_t seen) {
  double mean = 0, variance = 0;
  for (const std::size_t rank : ranks) {
    const double r = static_cast<double>(rank) / 2;
    mean += r / 2;
    variance += r * r / 4;
  }
  const double z = (static_cast<double>(seen) / 2 - 0.5 - mean) / std::sqrt(variance);
  return std::erfc(z / std::sqrt(2.0)) / 2;
}

}  // namespace

double signed_rank(std::span<const double> differences) {
  std::vector<double> sorted(differences.begin(), differences.end());
  std::erase_if(sorted, [](double d) { return d == 0 || d != d; });
  if (sorted.empty()) return 1;
  std::ranges::sort(sorted, {}, [](double d) { return std::abs(d); });
  const auto ranks = doubled_ranks(sorted);
  std::size_t seen = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) seen += sorted[i] > 0 ? ranks[i] : 0;
  return sorted.size() <= 25 ? exact(ranks, seen) : approximate(ranks, seen);
}

std::vector<bool> discoveries(std::span<const double> p, double rate) {
  std::vector<std::size_t> order(p.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return p[i]; });
  std::size_t rejected = 0;
  for (std::size_t k = 0; k < order.size(); ++k)
    if (p[order[k]] <= rate * static_cast<double>(k + 1) / static_cast<double>(p.size())) rejected = k + 1;
  std::vector<bool> out(p.size(), false);
  for (std::size_t k = 0; k < rejected; ++k) out[order[k]] = true;
  return out;
}

}  // namespace dlas::study
