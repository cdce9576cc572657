// Oracle: exact rational arithmetic in 128 bits, written from the sentences of rounding.h and not from its code.
#include "model/op/quantized/rounding.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <random>

namespace dlas::op::quantized {
namespace {

__extension__ using Wide = __int128;
constexpr std::int32_t kMin = std::numeric_limits<std::int32_t>::min();
constexpr std::int32_t kMax = std::numeric_limits<std::int32_t>::max();

enum class Ties { up, away };

// numerator / 2^exponent to the nearest integer, worked out on magnitudes.
Wide divide(Wide numerator, int exponent, Ties ties) {
  const bool negative = numerator < 0;
  const Wide magnitude = negative ? -numerator : numerator;
  const Wide unit = Wide{1} << exponent;
  Wide quotient = magnitude / unit;
  const Wide twice_rest = 2 * (magnitude % unit);
  const bool tie = twice_rest == unit;
  if (twice_rest > unit || (tie && (ties == Ties::away || !negative))) ++quotient;
  return negative ? -quotient : quotient;
}

Wide saturate(Wide value) { return value < kMin ? kMin : value > kMax ? kMax : value; }

Wide oracle(std::int32_t accumulator, const Multiplier& m, Rounding rounding) {
  const Wide left = m.shift > 0 ? Wide{1} << m.shift : 1;
  const int right = m.shift > 0 ? 0 : -m.shift;
  if (rounding == Rounding::single) {
    const Wide product = Wide{accumulator} * m.fixed;
    return saturate(divide(product, 31 - m.shift, Ties::up));
  }
  const Wide high = divide(saturate(accumulator * left) * m.fixed, 31, Ties::up);
  return divide(high, right, rounding == Rounding::gemmlowp ? Ties::away : Ties::up);
}

TEST(Multiplier, OfOneHalfIsHalfAMantissaWithoutAShift) {
  const Multiplier m = multiplier(0.5);
  EXPECT_EQ(m.fixed, 1 << 30);
  EXPECT_EQ(m.shift, 0);
}

TEST(Multiplier, HalvesAMantissaThatRoundsUpToOne) {
  const Multiplier m = multiplier(std::nextafter(1.0, 0.0));
  EXPECT_EQ(m.fixed, 1 << 30);
  EXPECT_EQ(m.shift, 1);
}

TEST(Multiplier, IsZeroBelowTheSmallestShift) {
  EXPECT_EQ(multiplier(0x1p-32).fixed, 1 << 30);  // shift -31, the last that is kept
  EXPECT_EQ(multiplier(0x1p-32).shift, -31);
  EXPECT_EQ(multiplier(0x1p-33).fixed, 0);
  EXPECT_EQ(multiplier(0.0).fixed, 0);
}

TEST(Multiplier, KeepsTheLargestFactorForWhatIsLarger) {
  for (double real : {0x1p31, 1e300, std::numeric_limits<double>::infinity()}) {
    EXPECT_EQ(multiplier(real).fixed, kMax) << real;
    EXPECT_EQ(multiplier(real).shift, 30) << real;
  }
}

TEST(Multiplier, IsWithinHalfAUnitOfTheReal) {
  std::mt19937_64 random(11);
  std::uniform_real_distribution<double> exponent(-30, 20);
  for (int i = 0; i < 10000; ++i) {
    const double real = std::exp2(exponent(random));
    const Multiplier m = multiplier(real);
    EXPECT_GE(m.fixed, 1 << 30);
    EXPECT_LE(std::abs(std::ldexp(m.fixed, m.shift - 31) - real), std::ldexp(0.5, m.shift - 31)) << real;
  }
}

TEST(Multiplier, TellsAFloatProductFromADoubleProduct) {
  const float a = 0.1F, b = 0.3F, c = 1.0F;  // 0.1f x 0.3f is not a float
  EXPECT_NE(multiplier(a, b, c, Product::in_double).fixed, multiplier(a, b, c, Product::in_float).fixed);
  EXPECT_EQ(multiplier(a, b, c, Product::in_double).single, multiplier(a, b, c, Product::in_float).single);
}

TEST(Rounding, NamesParseBack) {
  for (int i = 0; i < kRoundings; ++i) {
    const auto rounding = static_cast<Rounding>(i);
    EXPECT_EQ(parse_rounding(text(rounding)), rounding);
  }
  EXPECT_EQ(parse_rounding("nearest"), std::nullopt);
}

// By hand: the factor 1/4 gives M = 2^30, shift -1. The first step halves (ties up), the second halves again.
//   acc -6: -3, then -1.5: away -2, up -1.     acc -2: -1, then -0.5: away -1, up 0.     acc -3: -1.5 -> -1, then -0.5.
TEST(Rounding, BreaksTiesByItsOwnRule) {
  const Multiplier quarter = multiplier(0.25);
  const auto all = [&](std::int32_t acc) {
    return std::vector<std::int32_t>{
        requantize(acc, quarter, Rounding::gemmlowp), requantize(acc, quarter, Rounding::ruy),
        requantize(acc, quarter, Rounding::single), requantize(acc, quarter, Rounding::real),
        requantize(acc, quarter, Rounding::xnnpack)};
  };
  EXPECT_EQ(all(-6), (std::vector<std::int32_t>{-2, -1, -1, -2, -2}));
  EXPECT_EQ(all(-2), (std::vector<std::int32_t>{-1, 0, 0, -1, 0}));
  EXPECT_EQ(all(-3), (std::vector<std::int32_t>{-1, 0, -1, -1, -1}));
  EXPECT_EQ(all(2), (std::vector<std::int32_t>{1, 1, 1, 1, 0}));
  EXPECT_EQ(all(6), (std::vector<std::int32_t>{2, 2, 2, 2, 2}));
  EXPECT_EQ(all(1), (std::vector<std::int32_t>{1, 1, 0, 0, 0}));  // 0.5 -> 1, then 0.5 -> 1: rounded twice
}

TEST(Rounding, EqualsExactArithmeticOnRandomFactors) {
  std::mt19937_64 random(7);
  std::uniform_int_distribution<std::int32_t> mantissa(1 << 30, kMax);
  std::uniform_int_distribution<int> shift(-31, 8), magnitude(1, 31);
  for (int i = 0; i < 300000; ++i) {
    const Multiplier m{.fixed = mantissa(random), .shift = shift(random)};
    const auto acc = static_cast<std::int32_t>(static_cast<std::int32_t>(random()) >> (31 - magnitude(random)));
    for (Rounding r : {Rounding::gemmlowp, Rounding::ruy, Rounding::single})
      ASSERT_EQ(requantize(acc, m, r), oracle(acc, m, r))
          << text(r) << " acc " << acc << " fixed " << m.fixed << " shift " << m.shift;
  }
}

TEST(Rounding, EqualsExactArithmeticOnEdges) {
  for (std::int32_t fixed : {0, 1 << 30, (1 << 30) + 1, 0x5A827999, kMax - 1, kMax})
    for (int shift = -31; shift <= 30; ++shift)
      for (std::int32_t acc : {kMin, kMin + 1, -65537, -1025, -3, -2, -1, 0, 1, 2, 3, 1024, 65536, kMax - 1, kMax})
        for (Rounding r : {Rounding::gemmlowp, Rounding::ruy, Rounding::single}) {
          const Multiplier m{.fixed = fixed, .shift = shift};
          ASSERT_EQ(requantize(acc, m, r), oracle(acc, m, r))
              << text(r) << " acc " << acc << " fixed " << fixed << " shift " << shift;
        }
}

// 1024 is M = 2^30, shift 11. The double rules saturate the shifted accumulator, then halve it.
TEST(Rounding, SaturatesALeftShift) {
  const Multiplier large = multiplier(1024.0);
  for (Rounding r : {Rounding::gemmlowp, Rounding::ruy}) {
    EXPECT_EQ(requantize(kMax, large, r), 1 << 30) << text(r);
    EXPECT_EQ(requantize(kMin, large, r), -(1 << 30)) << text(r);
  }
  for (Rounding r : {Rounding::single, Rounding::real, Rounding::xnnpack}) {
    EXPECT_EQ(requantize(kMax, large, r), kMax) << text(r);
    EXPECT_EQ(requantize(kMin, large, r), kMin) << text(r);
  }
}

// The factor times the accumulator in long double: 64 bits of mantissa hold 24 + 31 and 53 + 11 bits exactly.
TEST(Rounding, OfFloatsEqualsALongDoubleProduct) {
  std::mt19937_64 random(3);
  std::uniform_real_distribution<double> exponent(-14, 0);
  for (int i = 0; i < 100000; ++i) {
    const Multiplier m = multiplier(std::exp2(exponent(random)));
    const auto acc = static_cast<std::int32_t>(static_cast<std::int64_t>(random() % 2001) - 1000);
    const long double exact = static_cast<long double>(acc) * m.real;
    const auto away = static_cast<std::int32_t>(exact < 0 ? -std::floor(-exact + 0.5L) : std::floor(exact + 0.5L));
    EXPECT_EQ(requantize(acc, m, Rounding::real), away);
    // float32 rounds the product to 24 bits first: that float, to the nearest integer.
    const auto product = static_cast<float>(static_cast<long double>(acc) * m.single);
    EXPECT_EQ(requantize(acc, m, Rounding::xnnpack), std::lrint(product));
  }
}

TEST(RequantizeWide, RoundsTheMantissaToFifteenBits) {
  // 0.3 = 0.6 x 2^-1: M = 0.6 x 2^31, reduced to round(0.6 x 2^15) = 19661; 10^9 x 19661 / 2^16 = 300003051.7...
  EXPECT_EQ(requantize_wide(1'000'000'000, multiplier(0.3), Rounding::gemmlowp), 300003052);
  EXPECT_EQ(requantize_wide(1'000'000'000, multiplier(0.3), Rounding::real), 300000000);
}

TEST(RequantizeWide, SaturatesAndKeepsTheLargestMantissa) {
  const std::int64_t far = std::int64_t{1} << 62;
  EXPECT_EQ(requantize_wide(far, multiplier(0.9), Rounding::gemmlowp), kMax);
  EXPECT_EQ(requantize_wide(-far, multiplier(0.9), Rounding::single), kMin);
  EXPECT_EQ(requantize_wide(far, multiplier(1e300), Rounding::real), kMax);
  // A mantissa of 0x7FFF8000 and more would round to 2^15; it stays at 0x7FFF.
  EXPECT_EQ(requantize_wide(1 << 15, {.fixed = kMax, .shift = 0}, Rounding::gemmlowp), 0x7FFF);
}

}  // namespace
}  // namespace dlas::op::quantized
