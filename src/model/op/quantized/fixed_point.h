// Fixed-point numbers in 32 bits, as gemmlowp defines them: Fixed<k> has k integer bits, 31 - k fractional bits, a sign.
// Products round ties up, right shifts round ties away from zero, everything saturates.
#pragma once

#include <cstdint>
#include <limits>

#include "model/op/quantized/rounding.h"

namespace dlas::op::quantized {

inline std::int32_t saturated_32(std::int64_t v) {
  if (v > std::numeric_limits<std::int32_t>::max()) return std::numeric_limits<std::int32_t>::max();
  if (v < std::numeric_limits<std::int32_t>::min()) return std::numeric_limits<std::int32_t>::min();
  return static_cast<std::int32_t>(v);
}

template <int Integer>
struct Fixed {
  std::int32_t raw = 0;

  static constexpr int kFraction = 31 - Integer;
  static Fixed one() {
    return {Integer == 0 ? std::numeric_limits<std::int32_t>::max() : static_cast<std::int32_t>(1U << kFraction)};
  }
  // 2^exponent
  static Fixed power(int exponent) { return {static_cast<std::int32_t>(1U << (kFraction + exponent))}; }
};

template <int I>
Fixed<I> operator+(Fixed<I> a, Fixed<I> b) {
  return {saturated_32(static_cast<std::int64_t>(a.raw) + b.raw)};
}
template <int I>
Fixed<I> operator-(Fixed<I> a, Fixed<I> b) {
  return {saturated_32(static_cast<std::int64_t>(a.raw) - b.raw)};
}
template <int A, int B>
Fixed<A + B> operator*(Fixed<A> a, Fixed<B> b) {
  return {doubled_high_product(a.raw, b.raw)};
}

// value * 2^exponent in the same format.
inline std::int32_t times_power(std::int32_t raw, int exponent) {
  if (exponent >= 0) return saturated_32(static_cast<std::int64_t>(raw) * (std::int64_t{1} << exponent));
  return shift_right_ties_away(raw, -exponent);
}

// The same number with another count of integer bits.
template <int To, int From>
Fixed<To> rescaled(Fixed<From> a) {
  return {times_power(a.raw, From - To)};
}

Fixed<0> exp_of_negative(Fixed<5> a);         // e^a for a <= 0
Fixed<0> reciprocal_of_one_plus(Fixed<0> a);  // 1 / (1 + a) for 0 <= a < 1

}  // namespace dlas::op::quantized
