#include "compiler/runtime/peak.h"

#include <algorithm>
#include <chrono>

#include "algorithm/target.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace dlas::compiler {
namespace {

constexpr int kChains = 12;  // independent sums: latency times throughput of every x86 since 2013
constexpr int kLoops = 20'000;
constexpr int kTrials = 30;

// Each does kLoops times kChains multiply-adds of vectors and gives something that depends on all.
#if defined(__x86_64__)
__attribute__((target("avx512f"))) float chains_512(float seed) {
  __m512 sums[kChains];
  for (__m512& s : sums) s = _mm512_set1_ps(seed);
  const __m512 factor = _mm512_set1_ps(0.5F), term = _mm512_set1_ps(seed);
  for (int i = 0; i < kLoops; ++i)
#pragma GCC unroll 12  // all sums stay in registers
    for (__m512& s : sums) s = _mm512_fmadd_ps(s, factor, term);
  __m512 all = sums[0];
  for (const __m512& s : sums) all = _mm512_add_ps(all, s);
  float out[16];
  _mm512_storeu_ps(out, all);
  return out[0];
}

__attribute__((target("avx2,fma"))) float chains_256(float seed) {
  __m256 sums[kChains];
  for (__m256& s : sums) s = _mm256_set1_ps(seed);
  const __m256 factor = _mm256_set1_ps(0.5F), term = _mm256_set1_ps(seed);
  for (int i = 0; i < kLoops; ++i)
#pragma GCC unroll 12  // all sums stay in registers
    for (__m256& s : sums) s = _mm256_fmadd_ps(s, factor, term);
  __m256 all = sums[0];
  for (const __m256& s : sums) all = _mm256_add_ps(all, s);
  float out[8];
  _mm256_storeu_ps(out, all);
  return out[0];
}

float chains_128(float seed) {
  __m128 sums[kChains];
  for (__m128& s : sums) s = _mm_set1_ps(seed);
  const __m128 factor = _mm_set1_ps(0.5F), term = _mm_set1_ps(seed);
  for (int i = 0; i < kLoops; ++i)
#pragma GCC unroll 12  // all sums stay in registers
    for (__m128& s : sums) s = _mm_add_ps(_mm_mul_ps(s, factor), term);
  __m128 all = sums[0];
  for (const __m128& s : sums) all = _mm_add_ps(all, s);
  return _mm_cvtss_f32(all);
}

float run_chains(int lanes, float seed) {
  return lanes == 16 ? chains_512(seed) : lanes == 8 ? chains_256(seed) : chains_128(seed);
}
#else
float run_chains(int lanes, float seed) {
  float sum = seed;
  for (int i = 0; i < kLoops * kChains * lanes; ++i) sum = sum * 0.5F + seed;
  return sum;
}
#endif

}  // namespace

double peak_flops(const ExecutorSpec& spec) {
  const auto target = spec.target.empty() ? Result(algorithm::native()) : algorithm::parse_target(spec.target);
  if (!target.ok()) return 0;
  const int lanes = target->lanes;
  double best = 0;
  volatile float seed = 1;  // so that nothing is computed while compiling
  for (int trial = 0; trial < kTrials; ++trial) {
    const auto start = std::chrono::steady_clock::now();
    seed = run_chains(lanes, seed) > 0 ? 1 : 2;
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    best = std::max(best, 2.0 * kLoops * kChains * lanes / seconds);
  }
  return best;
}

}  // namespace dlas::compiler
