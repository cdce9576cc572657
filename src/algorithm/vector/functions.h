// Functions of one float32 number, written so that compilers make vector code of a loop over them: no branch, no call.
//
// Errors against float64 over all numbers (pointwise_test.cpp), in units in the last place of the result unless said otherwise:
// exp 2, expm1 4, log 2, sigmoid 4, tanh 6, erf 4; gelu 12 + 2.5 x^2, since an
// error of e in x / sqrt(2) is one of x^2 e in its square. What is infinite or NaN in float64 is so here.
//
// This header is compiled for several targets: everything is in the target's own namespace, and nothing of the standard library
// is used, so that no function for one processor can take the place of the same function for another.
#pragma once

#include <cstdint>

#ifndef DLAS_TARGET
#error "compiled once for each target, see cmake/Kernels.cmake"
#endif

namespace dlas::algorithm::DLAS_TARGET {

inline float bits_to_float(std::int32_t bits) { return __builtin_bit_cast(float, bits); }
inline std::int32_t float_to_bits(float x) { return __builtin_bit_cast(std::int32_t, x); }
inline float fabs_of(float x) { return __builtin_fabsf(x); }
inline float clamped(float x, float low, float high) {  // NaN stays NaN
  const float below = x > high ? high : x;
  return below < low ? low : below;
}

constexpr float kRound = 12582912.F;  // 1.5 2^23: a sum with it rounds to an integer
constexpr float kInfinity = __builtin_inff();

// e^x = 2^n p(r) with x = n ln 2 + r, |r| <= ln 2 / 2; ln 2 in two parts (Cody and Waite); p is the Taylor polynomial of degree 7, whose
// remainder is below 2^-27 there.
struct Exponential {
  float fraction;      // p(r)
  std::int32_t whole;  // n
};
inline Exponential split_exp(float limited) {
  const float shifted = limited * 1.44269504F + kRound;
  const float n = shifted - kRound;
  const float r = (limited - n * 0.693359375F) + n * 2.12194440e-4F;
  float p = 1.F / 5040;
  p = p * r + 1.F / 720;
  p = p * r + 1.F / 120;
  p = p * r + 1.F / 24;
  p = p * r + 1.F / 6;
  p = p * r + 0.5F;
  p = p * r * r + r + 1;
  return {p, float_to_bits(shifted) - float_to_bits(kRound)};
}

// 2^n is a product of two factors, so that neither leaves the normal numbers.
inline float exp_of(float x) {
  const Exponential e = split_exp(clamped(x, -104.F, 89.F));
  const std::int32_t half = e.whole >> 1, rest = e.whole - half;
  return e.fraction * bits_to_float((half + 127) << 23) * bits_to_float((rest + 127) << 23);
}

// The same with one factor: e^-87 for what is below -87, infinity from 88.4 on.
inline float exp_of_medium(float x) {
  const Exponential e = split_exp(clamped(x, -87.F, 89.F));
  return e.fraction * bits_to_float((e.whole + 127) << 23);
}

// e^x - 1; the Taylor polynomial of degree 10 near zero, where a difference would lose digits.
inline float expm1_of(float x) {
  float p = 1.F / 3628800;
  p = p * x + 1.F / 362880;
  p = p * x + 1.F / 40320;
  p = p * x + 1.F / 5040;
  p = p * x + 1.F / 720;
  p = p * x + 1.F / 120;
  p = p * x + 1.F / 24;
  p = p * x + 1.F / 6;
  p = p * x + 0.5F;
  const float near = p * x * x + x, far = exp_of(x) - 1;
  return fabs_of(x) < 0.7F ? near : far;
}

// 2 artanh(r) = ln((1 + r) / (1 - r)), by its series; the remainder is below 2^-27 of it for |r| <= 1/3.
inline float twice_artanh(float r) {
  const float s = r * r;
  float p = 2.F / 17;
  p = p * s + 2.F / 15;
  p = p * s + 2.F / 13;
  p = p * s + 2.F / 11;
  p = p * s + 2.F / 9;
  p = p * s + 2.F / 7;
  p = p * s + 2.F / 5;
  p = p * s + 2.F / 3;
  return p * s * r + 2 * r;
}

// x = 2^n m with sqrt(1/2) <= m < sqrt(2). Numbers below the normal ones are scaled first.
inline float log_of(float x) {
  const bool tiny = x < 1.17549435e-38F;
  const float scaled = tiny ? x * 8388608.F : x;
  // Unsigned, since negative x wrap around; their result is thrown away.
  const auto bits = static_cast<std::uint32_t>(float_to_bits(scaled));
  const std::int32_t n = static_cast<std::int32_t>(bits - 0x3f3504f3U) >> 23;
  const float m = bits_to_float(static_cast<std::int32_t>(bits - (static_cast<std::uint32_t>(n) << 23)));
  const float k = static_cast<float>(n) - (tiny ? 23.F : 0.F);
  const float r = (m - 1) / (m + 1);
  const float value = twice_artanh(r) - k * 2.12194440e-4F + k * 0.693359375F;
  const float at_edge = x == 0 ? -kInfinity : x == kInfinity ? kInfinity : value;
  return x >= 0 ? at_edge : __builtin_nanf("");
}

// Below -88.4 it is 0.
inline float sigmoid_of(float x) { return 1 / (1 + exp_of_medium(-x)); }

inline float tanh_of(float x) {
  const float e = expm1_of(2 * clamped(fabs_of(x), 0, 20));
  const float t = e / (e + 2);
  return x < 0 ? -t : t;
}

// ln(1 + e^x) = max(x, 0) + ln(1 + u), u = e^-|x|
inline float softplus_of(float x) {
  const float u = exp_of_medium(-fabs_of(x));
  const float positive = x < 0 ? 0.F : x;
  return positive + twice_artanh(u / (2 + u));
}

// x tanh(ln(1 + e^x)) = x n / (n + 2), n = e^x (e^x + 2)
inline float mish_of(float x) {
  const float e = exp_of(clamped(x, -104.F, 20.F));
  const float n = e * (e + 2);
  return x * (n / (n + 2));
}

// e^(x^2) erfc(x) for 1 <= x <= 10, a polynomial in t = 1 / (1 + x / 2) fitted at Chebyshev points, relative error below 2^-25.
inline float scaled_erfc(float x) {
  const float t = 1 / (1 + 0.5F * x);
  float p = 0.07338686287403107F;
  p = p * t - 0.16035498678684235F;
  p = p * t - 0.009531031362712383F;
  p = p * t + 0.13225631415843964F;
  p = p * t + 0.1453501135110855F;
  p = p * t + 0.256674587726593F;
  p = p * t + 0.2803367078304291F;
  p = p * t + 0.2822630703449249F;
  return p * t - 6.718491476931376e-06F;
}

// erf(x) / x for |x| <= 1, a polynomial in x^2 fitted at Chebyshev points, relative error below 2^-29.
inline float erf_near_zero(float x) {
  const float s = x * x;
  float p = 7.882497448008507e-05F;
  p = p * s - 0.0008018855005502701F;
  p = p * s + 0.005189312156289816F;
  p = p * s - 0.02685432881116867F;
  p = p * s + 0.11283597350120544F;
  p = p * s - 0.3761262595653534F;
  return (p * s + 1.1283791065216064F) * x;
}

inline float erfc_of_positive(float x) {
  const float limited = clamped(x, 1.F, 10.F);
  const float far = exp_of(-limited * limited) * scaled_erfc(limited);
  return x < 1 ? 1 - erf_near_zero(x) : x > 10 ? 0 : far;
}

inline float erf_of(float x) {
  const float a = fabs_of(x), far = 1 - erfc_of_positive(a);
  return a < 1 ? erf_near_zero(x) : x < 0 ? -far : x > 0 ? far : x;
}

// x erfc(-x / sqrt(2)) / 2
inline float gelu_of(float x) {
  const float a = fabs_of(x) * 0.70710678118654752F, tail = erfc_of_positive(a);
  const float factor = x < 0 ? tail : 2 - tail;
  return 0.5F * x * factor;
}

// x sigmoid(2 u), the same as x (1 + tanh(u)) / 2
inline float gelu_tanh_of(float x) {
  const float u = 0.79788456080286535588F * (x + 0.044715F * x * x * x);
  return x * sigmoid_of(2 * u);
}

// x + 3 is exact near -3, where the result is small.
inline float hard_swish_of(float x) { return x * (clamped(x + 3, 0, 6) * (1.F / 6)); }

}  // namespace dlas::algorithm::DLAS_TARGET
