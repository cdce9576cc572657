// IEEE binary16 and bfloat16 as value types that convert to and from float with round-to-nearest-even.
// Written in integer arithmetic, so that every processor gives the same bits.
#pragma once

#include <bit>
#include <cstdint>
#include <type_traits>

namespace dlas {

std::uint16_t half_bits(float value);  // IEEE 754 binary16; overflow gives infinity, NaN stays NaN
float half_value(std::uint16_t bits);
std::uint16_t half_bits(double value);  // rounded once from double

constexpr std::uint16_t bfloat16_bits(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  if ((bits & 0x7fffffffU) > 0x7f800000U) return static_cast<std::uint16_t>((bits >> 16) | 0x40U);  // NaN, kept quiet
  return static_cast<std::uint16_t>((bits + 0x7fffU + ((bits >> 16) & 1U)) >> 16);
}
constexpr float bfloat16_value(std::uint16_t bits) { return std::bit_cast<float>(std::uint32_t{bits} << 16); }
std::uint16_t bfloat16_bits(double value);  // rounded once from double

struct Half {
  std::uint16_t bits = 0;
  Half() = default;
  explicit Half(float value) : bits(half_bits(value)) {}
  explicit Half(double value) : bits(half_bits(value)) {}
  template <typename I>
    requires std::is_integral_v<I>
  explicit Half(I value) : bits(half_bits(static_cast<double>(value))) {}
  operator float() const { return half_value(bits); }  // NOLINT: implicit, as float widens to double
};

struct BFloat16 {
  std::uint16_t bits = 0;
  BFloat16() = default;
  explicit BFloat16(float value) : bits(bfloat16_bits(value)) {}
  explicit BFloat16(double value) : bits(bfloat16_bits(value)) {}
  template <typename I>
    requires std::is_integral_v<I>
  explicit BFloat16(I value) : bits(bfloat16_bits(static_cast<double>(value))) {}
  operator float() const { return bfloat16_value(bits); }  // NOLINT
};

}  // namespace dlas
