#include "model/op/quantized/fixed_point.h"

#include <array>
#include <cmath>

namespace dlas::op::quantized {
namespace {

std::int32_t q31(double v) { return static_cast<std::int32_t>(std::lround(v * 0x1p31)); }

// e^a for -1/4 <= a < 0: around -1/8, a polynomial of degree 4 (x + x^2/2 + x^3/6 + x^4/24).
Fixed<0> exp_near_zero(Fixed<0> a) {
  static const Fixed<0> middle{q31(std::exp(-0.125))}, third{q31(1.0 / 3)};
  const Fixed<0> x = a + Fixed<0>::power(-3);
  const Fixed<0> x2 = x * x;
  const Fixed<0> x3 = x2 * x;
  const Fixed<0> quarter_x4{times_power((x2 * x2).raw, -2)};
  const Fixed<0> tail{times_power(((quarter_x4 + x3) * third + x2).raw, -1)};
  return middle + middle * (x + tail);
}

}  // namespace

// e^a = e^(rest) times e^(-2^i) for every bit i of what is left: i from -2 (a quarter) to 4.
Fixed<0> exp_of_negative(Fixed<5> a) {
  static const auto powers = [] {
    std::array<Fixed<0>, 7> out{};
    for (int i = -2; i <= 4; ++i) out[static_cast<std::size_t>(i + 2)].raw = q31(std::exp(-std::exp2(i)));
    return out;
  }();
  if (a.raw == 0) return Fixed<0>::one();
  const std::int32_t quarter = Fixed<5>::power(-2).raw;
  const std::int32_t rest = (a.raw & (quarter - 1)) - quarter;
  Fixed<0> result = exp_near_zero(rescaled<0>(Fixed<5>{rest}));
  const std::int64_t left = static_cast<std::int64_t>(rest) - a.raw;
  for (int i = -2; i <= 4; ++i)
    if ((left >> (Fixed<5>::kFraction + i) & 1) != 0) result = result * powers[static_cast<std::size_t>(i + 2)];
  return result;
}

// Newton-Raphson for 1 / d with d = (1 + a) / 2 in [1/2, 1): x = 48/17 - 32/17 d, then three times x + x (1 - d x).
Fixed<0> reciprocal_of_one_plus(Fixed<0> a) {
  const std::int64_t sum = static_cast<std::int64_t>(a.raw) + Fixed<0>::one().raw;
  const Fixed<0> half_denominator{static_cast<std::int32_t>((sum + (sum >= 0 ? 1 : -1)) / 2)};
  static const Fixed<2> first{static_cast<std::int32_t>(std::lround(48.0 / 17 * 0x1p29))};
  static const Fixed<2> slope{static_cast<std::int32_t>(std::lround(-32.0 / 17 * 0x1p29))};
  Fixed<2> x = first + half_denominator * slope;
  for (int i = 0; i < 3; ++i) {
    const Fixed<2> error = Fixed<2>::one() - half_denominator * x;
    x = x + rescaled<2>(x * error);
  }
  return rescaled<0>(Fixed<1>{x.raw});  // x / 2: the same bits with one integer bit less
}

}  // namespace dlas::op::quantized
