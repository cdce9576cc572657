#include <cmath>

#include "model/op/quantized/elementwise.h"

namespace dlas::op::quantized {
namespace {

// y = scale_y^-1 (scale_a a +- scale_b b) with 8-bit units spread over 20 more bits, each step rounded by one rule.
struct Spread {
  Multiplier a, b, y;
  int bits;
  Rounding rounding;

  Spread(const Input& ia, const Input& ib, const Output& oy, Rounding rule)
      : bits(ia.tensor->dtype() == DType::i16 ? 15 : 20), rounding(rule) {
    const double twice_larger = 2 * static_cast<double>(std::max(ia.scale(), ib.scale()));
    a = multiplier(static_cast<double>(ia.scale()) / twice_larger);
    b = multiplier(static_cast<double>(ib.scale()) / twice_larger);
    y = multiplier(twice_larger / (static_cast<double>(1 << bits) * static_cast<double>(oy.scale)));
  }
  std::int32_t operator()(std::int32_t qa, std::int32_t qb, int sign) const {
    const std::int32_t left = requantize(qa * (1 << bits), a, rounding);
    const std::int32_t right = requantize(qb * (1 << bits), b, rounding);
    return requantize(left + sign * right, y, rounding);
  }
};

// XNNPACK: one fixed-point step, ties up. Factors with as many fractional bits as keep the larger below 2^21.
struct OneStep {
  std::int64_t a, b;
  int shift;

  OneStep(const Input& ia, const Input& ib, const Output& oy) {
    const float fa = ia.scale() / oy.scale, fb = ib.scale() / oy.scale;
    const int exponent = std::clamp(std::ilogb(std::max(fa, fb)), -100, 100);
    shift = std::clamp(20 - exponent, 1, 61);
    // A ratio that no shift can hold saturates; the sum is far outside any 8-bit range then.
    a = std::llrint(std::min(std::ldexp(static_cast<double>(fa), shift), 0x1p40));
    b = std::llrint(std::min(std::ldexp(static_cast<double>(fb), shift), 0x1p40));
  }
  std::int32_t operator()(std::int32_t qa, std::int32_t qb, int sign) const {
    const std::int64_t exact = qa * a + static_cast<std::int64_t>(sign) * qb * b;
    const std::int64_t rounded = (exact + (std::int64_t{1} << (shift - 1))) >> shift;
    return static_cast<std::int32_t>(std::clamp<std::int64_t>(rounded, -(1 << 30), 1 << 30));
  }
};

std::optional<int> power_of_two(float scale) {
  int exponent = 0;
  if (std::frexp(scale, &exponent) != 0.5F) return std::nullopt;
  return exponent - 1;
}

// int16 with scales 2^n: the input of the finer scale is shifted, ties away, then a saturated sum.
struct Shifted {
  int a, b;
  std::int32_t operator()(std::int32_t qa, std::int32_t qb, int sign) const {
    const std::int32_t sum = shift_right_ties_away(qa, a) + sign * shift_right_ties_away(qb, b);
    return std::clamp(sum, -32768, 32767);
  }
};

std::optional<Shifted> shifts(const Input& a, const Input& b, const Output& y) {
  const auto ea = power_of_two(a.scale()), eb = power_of_two(b.scale()), ey = power_of_two(y.scale);
  if (!ea || !eb || !ey) return std::nullopt;
  const int sa = *ey - *ea, sb = *ey - *eb;
  if (sa < 0 || sb < 0 || sa > 31 || sb > 31 || (sa != 0 && sb != 0)) return std::nullopt;
  return Shifted{sa, sb};
}

template <typename T, typename Step>
void walk(const Input& a, const Input& b, Sign sign, Output& y, const Step& step) {
  const Shape& shape = y.tensor->shape();
  const auto qa = a.tensor->as<T>();
  const auto qb = b.tensor->as<T>();
  T* out = y.tensor->template mutable_as<T>().data();
  const Range range = y.range();
  const Strides sa = broadcast_strides(a.tensor->shape(), shape), sb = broadcast_strides(b.tensor->shape(), shape);
  for (Walk<2> w(shape, {sa, sb}); !w.done(); w.next()) {
    const std::int32_t left = qa[static_cast<std::size_t>(w.offset(0))] - a.zero;
    const std::int32_t right = qb[static_cast<std::size_t>(w.offset(1))] - b.zero;
    *out++ = static_cast<T>(to_unit(step(left, right, static_cast<int>(sign)), y.zero, range));
  }
}

}  // namespace

void sum(const Input& a, const Input& b, Sign sign, bool powers_of_two, Output& y, Kernels kernels) {
  const DType dtype = y.tensor->dtype();
  for_quantized(dtype, [&]<typename T>() {
    if (dtype == DType::i16 && powers_of_two)
      if (const auto shifted = shifts(a, b, y)) return walk<T>(a, b, sign, y, *shifted);
    if (dtype != DType::i16 && kernels == Kernels::xnnpack) return walk<T>(a, b, sign, y, OneStep(a, b, y));
    walk<T>(a, b, sign, y, Spread(a, b, y, Rounding::gemmlowp));
  });
}

}  // namespace dlas::op::quantized
