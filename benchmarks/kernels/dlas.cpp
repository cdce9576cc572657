// Kernels alone: time, GFLOP/s and the share of what a loop of nothing but multiply-adds reaches, measured in turns with it, for the
// layers of layers.h on one thread.  bench_kernels_dlas [TARGET] [NET] [SCHEDULE]
#include <fmt/format.h>
#include <immintrin.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <vector>

#include "algorithm/algorithm.h"
#include "layers.h"

namespace {

using namespace dlas;
using namespace dlas::algorithm;

double seconds() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

volatile float sink = 0;

// Multiply-adds that depend on nothing but the one twelve before.
constexpr int kTurns = 100000;
__attribute__((target("avx512f"))) void peak_avx512() {
  __m512 s[12], m = _mm512_set1_ps(0.999f);
  for (auto& x : s) x = _mm512_set1_ps(1e-3f);
  for (int i = 0; i < kTurns; ++i)
#pragma GCC unroll 12
    for (int j = 0; j < 12; ++j) s[j] = _mm512_fmadd_ps(s[j], m, m);
  for (int j = 1; j < 12; ++j) s[0] = _mm512_add_ps(s[0], s[j]);
  sink = sink + _mm512_cvtss_f32(s[0]);
}
__attribute__((target("avx2,fma"))) void peak_avx2() {
  __m256 s[12], m = _mm256_set1_ps(0.999f);
  for (auto& x : s) x = _mm256_set1_ps(1e-3f);
  for (int i = 0; i < kTurns; ++i)
#pragma GCC unroll 12
    for (int j = 0; j < 12; ++j) s[j] = _mm256_fmadd_ps(s[j], m, m);
  for (int j = 1; j < 12; ++j) s[0] = _mm256_add_ps(s[0], s[j]);
  sink = sink + _mm256_cvtss_f32(s[0]);
}
void peak_sse41() {
  __m128 s[12], m = _mm_set1_ps(0.999f);
  for (auto& x : s) x = _mm_set1_ps(1e-3f);
  for (int i = 0; i < kTurns; ++i)
#pragma GCC unroll 12
    for (int j = 0; j < 12; ++j) s[j] = _mm_add_ps(_mm_mul_ps(s[j], m), m);
  for (int j = 1; j < 12; ++j) s[0] = _mm_add_ps(s[0], s[j]);
  sink = sink + _mm_cvtss_f32(s[0]);
}

double peak_once(const Target& target) {
  const double start = seconds();
  target.name == "avx512" ? peak_avx512() : target.name == "avx2" ? peak_avx2() : peak_sse41();
  return 2.0 * 12 * target.lanes * kTurns / (seconds() - start) / 1e9;
}

struct Memory {
  explicit Memory(std::size_t floats)
      : data(static_cast<float*>(std::aligned_alloc(64, (floats * 4 + 63) / 64 * 64)), std::free) {
    for (std::size_t i = 0; i < floats; ++i) data.get()[i] = static_cast<float>(i % 17) / 16.0f - 0.5f;
  }
  std::unique_ptr<float, decltype(&std::free)> data;
};

View view(const Memory& memory, std::int64_t h, std::int64_t w, std::int64_t c, const Border& b) {
  const std::int64_t pixel = (c + 15) / 16 * 16, row = pixel * (w + b.left + b.right);
  return {.data = memory.data.get() + b.top * row + b.left * pixel,
          .n = 1,
          .h = h,
          .w = w,
          .c = c,
          .stride_n = row * (h + b.top + b.bottom),
          .stride_h = row,
          .stride_w = pixel};
}

ConvProblem problem_of(const Layer& l) {
  ConvProblem p{.h = l.size,
                .w = l.size,
                .in_channels = l.in,
                .out_channels = l.out,
                .groups = l.groups,
                .kernel_h = l.kernel,
                .kernel_w = l.kernel,
                .stride_h = l.stride,
                .stride_w = l.stride};
  p.pads = {l.kernel / 2, l.kernel / 2, l.kernel / 2, l.kernel / 2};
  p.epilogue = {.bias = true, .low = 0};
  return p;
}

struct Measured {
  double seconds = 1e9, peak = 0;
};

Measured measure(const Kernel& kernel, const ConvProblem& p, const Target& target) {
  const Border border = kernel.border();
  const auto size = [](std::int64_t h, std::int64_t w, std::int64_t c) {
    return static_cast<std::size_t>(h * w * ((c + 15) / 16 * 16));
  };
  const Memory in(size(p.h + border.top + border.bottom, p.w + border.left + border.right, p.in_channels));
  const Memory out(size(p.out_h(), p.out_w(), p.out_channels));
  Arguments arguments{.in = view(in, p.h, p.w, p.in_channels, border),
                      .out = view(out, p.out_h(), p.out_w(), p.out_channels, {})};
  const Memory scratch(kernel.scratch_bytes(border, 1) / sizeof(float));
  arguments.scratch = reinterpret_cast<std::byte*>(scratch.data.get());
  const Loop loop = [](std::int64_t n, const std::function<void(std::int64_t)>& body) {
    for (std::int64_t i = 0; i < n; ++i) body(i);
  };
  kernel.run(arguments, border, loop);
  Measured best;
  for (int round = 0; round < 12; ++round) {
    best.peak = std::max(best.peak, peak_once(target));
    for (double spent = 0; spent < 4e-3;) {
      const double start = seconds();
      kernel.run(arguments, border, loop);
      const double taken = seconds() - start;
      best.seconds = std::min(best.seconds, taken), spent += taken;
    }
  }
  return best;
}

}  // namespace

int main(int count, char** values) {
  const auto target = count > 1 ? parse_target(values[1]) : Result<Target>(native());
  if (!target.ok()) return fmt::print("{}\n", target.error().message()), 2;
  std::map<std::string_view, std::pair<double, double>> totals;  // time, time at the peak
  for (const Layer& layer : kLayers) {
    if (count > 2 && layer.net != values[2]) continue;
    const ConvProblem p = problem_of(layer);
    Schedule schedule = default_schedule(p, *target);
    if (count > 3) {
      const auto given = parse_schedule(values[3]);
      if (!given.ok()) return fmt::print("{}\n", given.error().message()), 2;
      schedule = adapted(*given, p, *target);
    }
    const Tensor weights = Tensor::make(DType::f32, {p.out_channels, p.kernel_h, p.kernel_w, p.in_channels / p.groups});
    const auto kernel = prepare(p, schedule, *target, weights, Tensor::make(DType::f32, {p.out_channels}));
    if (!kernel.ok()) return fmt::print("{}\n", kernel.error().message()), 3;
    const Measured m = measure(**kernel, p, *target);
    const double rate = 2.0 * static_cast<double>(p.multiply_adds()) / m.seconds / 1e9;
    const double memory = static_cast<double>((*kernel)->packed_bytes()) / m.seconds / 1e9;
    fmt::print(
        "{:12} {:2}x {:3} {:5}->{:<5} k{} s{} g{:<3} {:9.1f} us {:6.1f} GFLOP/s {:4.0f} %  weights {:5.1f} GB/s  {}\n",
        layer.net, layer.times, layer.size, layer.in, layer.out, layer.kernel, layer.stride, layer.groups,
        m.seconds * 1e6, rate, 100 * rate / m.peak, memory, text(schedule));
    totals[layer.net].first += layer.times * m.seconds;
    totals[layer.net].second += layer.times * rate * m.seconds / m.peak;
  }
  for (const auto& [net, t] : totals)
    fmt::print("{:12} {:8.2f} ms, {:.0f} % of the peak\n", net, t.first * 1e3, 100 * t.second / t.first);
}
