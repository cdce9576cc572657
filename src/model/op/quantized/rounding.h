// How an integer accumulator becomes an output unit: accumulator times a positive real factor, rounded to an integer.
//
// Runtimes keep the factor in different forms and break ties differently, which is why two runtimes that read the same
// int8 file give different bytes. The forms live together in `Multiplier`, the rules are the values of `Rounding`.
// docs/quantised-arithmetic.md says which operator of which runtime uses which rule, with measurements.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace dlas::op::quantized {

enum class Rounding : std::uint8_t {
  // High half of the doubled product, rounded (ties up), then a rounding right shift with ties away from zero:
  //   h = floor((acc 2^left M + 2^30) / 2^31),  h / 2^right to the nearest, ties away.
  // LiteRT's reference kernels (gemmlowp's fixed point), also for depthwise convolution without XNNPACK.
  gemmlowp,
  // The same, but the shift breaks ties upwards. LiteRT's default kernels without XNNPACK on x86 (ruy).
  ruy,
  // One 64-bit product and one shift, ties up: floor((acc M + 2^(30 - shift)) / 2^(31 - shift)).
  // LiteRT built with TFLITE_SINGLE_ROUNDING, ruy's portable kernels, XNNPACK's "rndnu".
  single,
  // The product in float64, ties away from zero. LiteRT's reference FULLY_CONNECTED on int8.
  real,
  // The product in float32, ties to even. XNNPACK's "fp32" requantisation, the default on x86.
  xnnpack,
};
inline constexpr int kRoundings = 5;

std::string_view text(Rounding rounding);  // "gemmlowp", "ruy", ...
std::optional<Rounding> parse_rounding(std::string_view name);

// One factor in the three forms in which runtimes keep it: fixed / 2^31 * 2^shift, float64, float32.
struct Multiplier {
  std::int32_t fixed = 0;  // 0, or in [2^30, 2^31)
  int shift = 0;           // positive: to the left; at least -31
  double real = 0;
  float single = 0;
};

// The nearest Q0.31 mantissa of a finite real >= 0, as TFLite's QuantizeMultiplier: a mantissa that rounds up to 1 is
// halved, a factor below 2^-31 becomes 0, one of 2^31 and more the largest that can be kept.
Multiplier multiplier(double real);

// input * weight / output. Double: every product in float64. Float: the first product in float32, as TFLite's
// per-tensor uint8 convolution has it. Either way `single` is worked out in float32 from the left, as in XNNPACK.
enum class Product { in_double, in_float };
Multiplier multiplier(float input, float weight, float output, Product product = Product::in_double);

// acc times the factor, rounded by the rule and saturated to 32 bits.
std::int32_t requantize(std::int32_t accumulator, const Multiplier& factor, Rounding rounding);

// For 64-bit accumulators (int16 activations). Under `gemmlowp`, `ruy` and `single` the mantissa is first rounded to
// 15 bits, since the product would not fit: TFLite's MultiplyByQuantizedMultiplier(int64). The other rules are as above.
std::int32_t requantize_wide(std::int64_t accumulator, const Multiplier& factor, Rounding rounding);

// The two steps of `gemmlowp`; element-wise kernels use them one by one.
std::int32_t doubled_high_product(std::int32_t a, std::int32_t b);     // a b / 2^31, ties up, saturated
std::int32_t shift_right_ties_away(std::int32_t value, int exponent);  // REQUIRES: 0 <= exponent <= 31
std::int32_t shift_right_ties_up(std::int32_t value, int exponent);    // REQUIRES: 0 <= exponent <= 31

}  // namespace dlas::op::quantized
