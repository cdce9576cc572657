#include "data/sample.h"

#include <algorithm>
#include <numeric>

namespace dlas::data {

std::uint64_t Random::next() {
  std::uint64_t z = state_ += 0x9e3779b97f4a7c15U;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31);
}

std::uint64_t Random::below(std::uint64_t n) {
  const std::uint64_t unfair = (0 - n) % n;  // 2^64 mod n
  while (true)
    if (const std::uint64_t value = next(); value >= unfair) return value % n;
}

std::vector<std::int64_t> sample(std::int64_t size, std::int64_t n, std::uint64_t seed) {
  std::vector<std::int64_t> all(static_cast<std::size_t>(std::max<std::int64_t>(size, 0)));
  std::iota(all.begin(), all.end(), 0);
  if (n >= size) return all;
  Random random(seed);
  const auto wanted = static_cast<std::size_t>(std::max<std::int64_t>(n, 0));
  for (std::size_t i = 0; i < wanted; ++i) std::swap(all[i], all[i + random.below(all.size() - i)]);
  all.resize(wanted);
  std::ranges::sort(all);
  return all;
}

}  // namespace dlas::data
