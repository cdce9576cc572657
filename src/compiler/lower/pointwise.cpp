#include "compiler/lower/pointwise.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace dlas::compiler {
namespace {

constexpr std::int64_t kLanes = 16;  // a loop over so many becomes vector code without a compiler's doubts

// x[i] = f(x[i])
template <typename F>
void each(float* __restrict x, std::int64_t n, F f) {
  std::int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes)
    for (std::int64_t j = 0; j < kLanes; ++j) x[i + j] = f(x[i + j]);
  for (; i < n; ++i) x[i] = f(x[i]);
}

// x[i] = f(x[i], y[i])
template <typename F>
void both(float* __restrict x, const float* __restrict y, bool repeated, std::int64_t n, F f) {
  if (repeated) return each(x, n, [=, one = *y](float v) { return f(v, one); });
  std::int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes)
    for (std::int64_t j = 0; j < kLanes; ++j) x[i + j] = f(x[i + j], y[i + j]);
  for (; i < n; ++i) x[i] = f(x[i], y[i]);
}

// 2^n p(r) with x = n ln 2 + r, |r| <= ln 2 / 2; ln 2 in two parts (Cody and Waite), p the Taylor polynomial of degree 7, whose
// remainder is below 2^-27 there. Numbers beyond the range of float32 end at 0 and infinity.
float exp_of(float x) {
  const float limited = x < -104 ? -104.F : x > 89 ? 89.F : x;  // NaN passes
  const float shifted = limited * 1.44269504F + 12582912.F;     // 1.5 2^23: the sum rounds to an integer
  const float n = shifted - 12582912.F;
  const float r = (limited - n * 0.693359375F) + n * 2.12194440e-4F;
  float p = 1.F / 5040;
  p = p * r + 1.F / 720;
  p = p * r + 1.F / 120;
  p = p * r + 1.F / 24;
  p = p * r + 1.F / 6;
  p = p * r + 0.5F;
  p = p * r * r + r + 1;
  // 2^n as two factors, so that neither leaves the range of normal numbers.
  const std::int32_t whole = std::bit_cast<std::int32_t>(shifted) - std::bit_cast<std::int32_t>(12582912.F);
  const std::int32_t half = whole >> 1, rest = whole - half;
  return p * std::bit_cast<float>((half + 127) << 23) * std::bit_cast<float>((rest + 127) << 23);
}

float sigmoid_of(float x) { return 1 / (1 + exp_of(-x)); }
float clamped(float x, float low, float high) { return x < low ? low : x > high ? high : x; }

float gelu_of(float x) { return static_cast<float>(0.5 * x * (1 + std::erf(x * 0.70710678118654752440))); }
float gelu_tanh_of(float x) {
  const double v = x;
  return static_cast<float>(0.5 * v * (1 + std::tanh(0.79788456080286535588 * (v + 0.044715 * v * v * v))));
}
float softplus_of(double x) { return static_cast<float>(std::max(x, 0.0) + std::log1p(std::exp(-std::fabs(x)))); }

void apply_two(const PointStep& s, float* x, const float* y, bool repeated, std::int64_t n) {
  switch (s.op) {
    case PointOp::add: return both(x, y, repeated, n, [](float a, float b) { return a + b; });
    case PointOp::sub: return both(x, y, repeated, n, [](float a, float b) { return a - b; });
    case PointOp::reverse_sub: return both(x, y, repeated, n, [](float a, float b) { return b - a; });
    case PointOp::mul: return both(x, y, repeated, n, [](float a, float b) { return a * b; });
    case PointOp::div: return both(x, y, repeated, n, [](float a, float b) { return a / b; });
    case PointOp::reverse_div: return both(x, y, repeated, n, [](float a, float b) { return b / a; });
    case PointOp::max: return both(x, y, repeated, n, [](float a, float b) { return a > b || a != a ? a : b; });
    case PointOp::min: return both(x, y, repeated, n, [](float a, float b) { return a < b || a != a ? a : b; });
    case PointOp::prelu: return both(x, y, repeated, n, [](float a, float b) { return a < 0 ? a * b : a; });
    default: return;
  }
}

}  // namespace

void apply(const PointStep& s, float* x, const float* y, bool repeated, std::int64_t n) {
  const float a = s.a, b = s.b;
  switch (s.op) {
    case PointOp::clamp: return each(x, n, [=](float v) { return clamped(v, a, b); });
    case PointOp::sigmoid: return each(x, n, sigmoid_of);
    case PointOp::silu: return each(x, n, [=](float v) { return v / (1 + exp_of(-a * v)); });
    case PointOp::hard_sigmoid: return each(x, n, [=](float v) { return clamped(a * v + b, 0, 1); });
    case PointOp::hard_swish: return each(x, n, [](float v) { return v * clamped(v * (1.F / 6) + 0.5F, 0, 1); });
    case PointOp::leaky_relu: return each(x, n, [=](float v) { return v < 0 ? a * v : v; });
    case PointOp::tanh: return each(x, n, [](float v) { return std::tanh(v); });
    case PointOp::gelu: return each(x, n, gelu_of);
    case PointOp::gelu_tanh: return each(x, n, gelu_tanh_of);
    case PointOp::mish: return each(x, n, [](float v) { return v * std::tanh(softplus_of(v)); });
    case PointOp::exp: return each(x, n, exp_of);
    case PointOp::log: return each(x, n, [](float v) { return std::log(v); });
    case PointOp::erf: return each(x, n, [](float v) { return std::erf(v); });
    case PointOp::sqrt: return each(x, n, [](float v) { return std::sqrt(v); });
    case PointOp::reciprocal: return each(x, n, [](float v) { return 1 / v; });
    case PointOp::neg: return each(x, n, [](float v) { return -v; });
    case PointOp::abs: return each(x, n, [](float v) { return std::fabs(v); });
    case PointOp::elu: return each(x, n, [=](float v) { return v < 0 ? a * std::expm1(v) : v; });
    case PointOp::softplus: return each(x, n, [](float v) { return softplus_of(v); });
    default: return apply_two(s, x, y, repeated, n);
  }
}

}  // namespace dlas::compiler
