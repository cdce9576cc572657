#include "base/half.h"

#include <algorithm>
#include <cmath>

namespace dlas {
namespace {

// Rounds a positive finite double to `mantissa` explicit bits with exponents from `lowest` (that of the smallest
// normal number) up, and returns exponent field and mantissa joined, as the narrow format stores them.
std::uint64_t narrow(double magnitude, int mantissa, int lowest) {
  constexpr int kDigits = 52;  // of a double, behind its hidden bit
  const auto bits = std::bit_cast<std::uint64_t>(magnitude);
  const int field = static_cast<int>(bits >> kDigits);
  const std::uint64_t digits = (bits & ((std::uint64_t{1} << kDigits) - 1)) | (std::uint64_t{field != 0} << kDigits);
  const int exponent = std::max(field, 1) - 1023;  // magnitude = digits * 2^(exponent - 52)
  const int top = std::max(exponent, lowest);      // exponent of the hidden bit in the narrow format
  const int drop = top - mantissa - exponent + kDigits;
  if (drop > kDigits + 1) return 0;  // below half of the smallest unit
  const std::uint64_t rest = digits & ((std::uint64_t{1} << drop) - 1), half = std::uint64_t{1} << (drop - 1);
  std::uint64_t units = digits >> drop;
  if (rest > half || (rest == half && (units & 1U))) ++units;
  // A subnormal has units < 2^mantissa and exponent field 0; a normal one carries its hidden bit into that field.
  return (static_cast<std::uint64_t>(top - lowest) << mantissa) + units;
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
