// A random subset that is the same for the same seed on every machine.
#pragma once

#include <cstdint>
#include <vector>

namespace dlas::data {

// SplitMix64: the state goes up by 0x9e3779b97f4a7c15, the output mixes it. Not for secrets.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next();
  // Uniform in [0, n), without bias: the 2^64 mod n lowest draws are thrown away.  REQUIRES: n > 0.
  std::uint64_t below(std::uint64_t n);

 private:
  std::uint64_t state_;
};

// `n` of the numbers 0..size-1, ascending; all of them when n >= size. Fisher-Yates from the front, cut after n; so a
// sample of fewer is part of a sample of more with the same seed.
std::vector<std::int64_t> sample(std::int64_t size, std::int64_t n, std::uint64_t seed);

}  // namespace dlas::data
