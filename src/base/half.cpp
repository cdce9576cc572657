#include "base/half.h"

#include <algorithm>
#include <cmath>

namespace dlas {
namespace {

// Rounds a positive finite double to `mantissa` explicit bits with exponents from `lowest` (that of the smallest
// normal number) up, and returns exponent field and mantissa joined, as the narrow format stores them.
std::uint64_t narrow(double magnitude, int mantissa, int lowest) {
  int exponent = 0;
  std::frexp(magnitude, &exponent);                            // magnitude = f * 2^exponent with f in [0.5, 1)
  const int unit = std::max(exponent - 1, lowest) - mantissa;  // exponent of one unit in the last place
  const double scaled = std::ldexp(magnitude, -unit);          // exact: only the exponent changes
  const double floor = std::floor(scaled);
  const double rest = scaled - floor;
  auto units = static_cast<std::uint64_t>(floor);
  if (rest > 0.5 || (rest == 0.5 && (units & 1U))) ++units;
  const auto biased = static_cast<std::uint64_t>(unit + mantissa - lowest);
  // A subnormal has units < 2^mantissa and biased 0; a normal one carries its hidden bit into the exponent field.
  return (biased << mantissa) + units;
}

template <int kMantissa, int kLowest, std::uint16_t kInfinity>
std::uint16_t encode(double value) {
  const auto sign = static_cast<std::uint16_t>(std::signbit(value) ? 0x8000U : 0U);
  if (std::isnan(value)) return static_cast<std::uint16_t>(sign | kInfinity | (1U << (kMantissa - 1)));
  if (value == 0) return sign;
  const double magnitude = std::fabs(value);
  if (std::isinf(magnitude)) return static_cast<std::uint16_t>(sign | kInfinity);
  const std::uint64_t bits = narrow(magnitude, kMantissa, kLowest);
  return static_cast<std::uint16_t>(sign | (bits >= kInfinity ? kInfinity : bits));
}

}  // namespace

std::uint16_t half_bits(double value) { return encode<10, -14, 0x7c00>(value); }
std::uint16_t half_bits(float value) { return half_bits(static_cast<double>(value)); }
std::uint16_t bfloat16_bits(double value) { return encode<7, -126, 0x7f80>(value); }

float half_value(std::uint16_t bits) {
  const std::uint32_t sign = static_cast<std::uint32_t>(bits & 0x8000U) << 16;
  const std::uint32_t exponent = (bits >> 10) & 0x1fU;
  const std::uint32_t mantissa = bits & 0x3ffU;
  if (exponent == 0x1f) return std::bit_cast<float>(sign | 0x7f800000U | (mantissa << 13));
  if (exponent != 0) return std::bit_cast<float>(sign | ((exponent + 112) << 23) | (mantissa << 13));
  const float magnitude = static_cast<float>(mantissa) * 0x1p-24F;  // subnormal, exact
  return sign ? -magnitude : magnitude;
}

}  // namespace dlas
