// Source: TensorFlow Lite's kernels/internal/quantization_util.cc and common.cc, gemmlowp's fixedpoint.h and ruy's
// apply_multiplier.cc for the definitions; which of them a runtime really uses was measured (docs/quantised-arithmetic.md).
#include "model/op/quantized/rounding.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace dlas::op::quantized {
namespace {

constexpr std::array<std::string_view, kRoundings> kNames = {"gemmlowp", "ruy", "single", "real", "xnnpack"};
constexpr std::int64_t kLowest = std::numeric_limits<std::int32_t>::min();
constexpr std::int64_t kHighest = std::numeric_limits<std::int32_t>::max();
constexpr int kLargestShift = 30;
__extension__ using Wide = __int128;

std::int32_t saturated(std::int64_t value) { return static_cast<std::int32_t>(std::clamp(value, kLowest, kHighest)); }

std::int32_t saturated(double integer) {
  if (std::isnan(integer)) return 0;  // 0 times infinity: the caller verified the scales, so only a test gets here
  return static_cast<std::int32_t>(std::clamp(integer, static_cast<double>(kLowest), static_cast<double>(kHighest)));
}

// REQUIRES: 0 <= exponent <= 62, and a value that leaves room for the half.
std::int64_t shift_ties_up(std::int64_t value, int exponent) {
  return exponent == 0 ? value : (value + (std::int64_t{1} << (exponent - 1))) >> exponent;
}

std::int32_t single_shift(std::int32_t accumulator, const Multiplier& factor) {
  const std::int64_t product = static_cast<std::int64_t>(accumulator) * factor.fixed;  // below 2^62
  return saturated(shift_ties_up(product, 31 - factor.shift));
}

std::int32_t doubled(std::int32_t accumulator, const Multiplier& factor, Rounding rounding) {
  const int left = std::max(factor.shift, 0);
  const int right = std::max(-factor.shift, 0);
  const std::int32_t shifted = saturated(static_cast<std::int64_t>(accumulator) * (std::int64_t{1} << left));
  const std::int32_t high = doubled_high_product(shifted, factor.fixed);
  return rounding == Rounding::gemmlowp ? shift_right_ties_away(high, right) : shift_right_ties_up(high, right);
}

// Ties to even whatever rounding mode the thread is in.
float nearest_even(float value) {
  const float floor = std::floor(value);
  const float rest = value - floor;  // exact
  if (rest < 0.5F) return floor;
  if (rest > 0.5F) return floor + 1;
  return std::fmod(floor, 2.0F) == 0 ? floor : floor + 1;
}

}  // namespace

std::string_view text(Rounding rounding) { return kNames[static_cast<std::size_t>(rounding)]; }

std::optional<Rounding> parse_rounding(std::string_view name) {
  const auto found = std::ranges::find(kNames, name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<Rounding>(found - kNames.begin());
}

Multiplier multiplier(double real) {
  Multiplier out{.real = real, .single = static_cast<float>(real)};
  if (!(real > 0)) return out;
  if (!std::isfinite(real))
    return {.fixed = static_cast<std::int32_t>(kHighest), .shift = kLargestShift, .real = real, .single = out.single};
  const double mantissa = std::frexp(real, &out.shift);
  std::int64_t fixed = std::llround(mantissa * 0x1p31);
  if (fixed == std::int64_t{1} << 31) {
    fixed /= 2;
    ++out.shift;
  }
  if (out.shift < -31) {
    out.shift = 0;
    fixed = 0;
  }
  if (out.shift > kLargestShift) {
    out.shift = kLargestShift;
    fixed = kHighest;
  }
  out.fixed = static_cast<std::int32_t>(fixed);
  return out;
}

Multiplier multiplier(float input, float weight, float output, Product product) {
  const float float_product = input * weight;
  const double exact = static_cast<double>(input) * static_cast<double>(weight);
  const double numerator = product == Product::in_float ? static_cast<double>(float_product) : exact;
  Multiplier out = multiplier(numerator / static_cast<double>(output));
  out.single = float_product / output;
  return out;
}

std::int32_t doubled_high_product(std::int32_t a, std::int32_t b) {
  if (a == kLowest && b == kLowest) return static_cast<std::int32_t>(kHighest);
  const std::int64_t product = static_cast<std::int64_t>(a) * b;
  return static_cast<std::int32_t>((product + (std::int64_t{1} << 30)) >> 31);
}

std::int32_t shift_right_ties_away(std::int32_t value, int exponent) {
  const std::int64_t mask = (std::int64_t{1} << exponent) - 1;
  const std::int64_t rest = value & mask;
  const std::int64_t threshold = (mask >> 1) + (value < 0 ? 1 : 0);
  return static_cast<std::int32_t>((static_cast<std::int64_t>(value) >> exponent) + (rest > threshold ? 1 : 0));
}

std::int32_t shift_right_ties_up(std::int32_t value, int exponent) {
  return static_cast<std::int32_t>(shift_ties_up(value, exponent));
}

std::int32_t requantize(std::int32_t accumulator, const Multiplier& factor, Rounding rounding) {
  switch (rounding) {
    case Rounding::gemmlowp:
    case Rounding::ruy: return doubled(accumulator, factor, rounding);
    case Rounding::single: return single_shift(accumulator, factor);
    case Rounding::real: return saturated(std::round(static_cast<double>(accumulator) * factor.real));
    case Rounding::xnnpack:
      return saturated(static_cast<double>(nearest_even(static_cast<float>(accumulator) * factor.single)));
  }
  return 0;
}

std::int32_t requantize_wide(std::int64_t accumulator, const Multiplier& factor, Rounding rounding) {
  if (rounding == Rounding::real) return saturated(std::round(static_cast<double>(accumulator) * factor.real));
  if (rounding == Rounding::xnnpack)
    return saturated(static_cast<double>(nearest_even(static_cast<float>(accumulator) * factor.single)));
  const std::int64_t reduced = factor.fixed < 0x7FFF0000 ? (factor.fixed + (std::int64_t{1} << 15)) >> 16 : 0x7FFF;
  const int shift = 15 - std::min(factor.shift, 14);
  const Wide result = (static_cast<Wide>(accumulator) * reduced + (Wide{1} << (shift - 1))) >> shift;
  return saturated(static_cast<std::int64_t>(std::clamp<Wide>(result, kLowest, kHighest)));
}

}  // namespace dlas::op::quantized
