// x relu6(x + 3) / 6 in 16-bit fixed point. 7 more bits for x; "gate" is relu6(x + 3) / 6 with 15 fractional bits.
#include "model/op/quantized/elementwise.h"

namespace dlas::op::quantized {
namespace {

std::int32_t saturated(std::int64_t v) { return static_cast<std::int32_t>(std::clamp<std::int64_t>(v, -32768, 32767)); }

std::int32_t high_product(std::int32_t a, std::int32_t b) {  // 16 x 16 bits, ties up
  return saturated((static_cast<std::int64_t>(a) * b + (1 << 14)) >> 15);
}

std::int32_t high_product_to_zero(std::int32_t a, std::int32_t b) {
  return saturated(static_cast<std::int64_t>(a) * b / (1 << 15));
}

struct Factor {  // a mantissa of 15 bits
  std::int32_t fixed;
  int shift;
};

Factor factor_of(float real) {
  const Multiplier m = multiplier(static_cast<double>(real));
  const std::int32_t fixed = m.fixed >= 0x7FFFFFFF - (1 << 15) ? 0x7FFF : (m.fixed + (1 << 15)) >> 16;
  return {fixed, m.shift};
}

std::int32_t gate(std::int32_t fine, const Factor& f) {
  std::int32_t v = fine;
  if (f.shift > 0) v = saturated(static_cast<std::int64_t>(v) << std::min(f.shift - 1, 40));
  v = high_product(v, f.fixed);
  if (f.shift > 0) v = saturated(static_cast<std::int64_t>(v) * 2);
  if (f.shift < 0) v = shift_right_ties_away(v, std::min(-f.shift, 31));
  return (v + (1 << 15)) >> 1;
}

}  // namespace

void hard_swish(const Input& x, Output& y) {
  const float fine_scale = x.scale() * (1.0F / 128.0F);
  const Factor to_output = factor_of(fine_scale / y.scale);
  const Factor to_gate = factor_of(fine_scale / (3.0F / 32768.0F));
  const Range range = range_of(y.tensor->dtype());
  for_quantized(y.tensor->dtype(), [&]<typename T>() {
    std::ranges::transform(x.tensor->as<T>(), y.tensor->mutable_as<T>().begin(), [&](T q) {
      const std::int32_t fine = (q - x.zero) * (1 << 7);
      const std::int32_t before_shift = high_product_to_zero(gate(fine, to_gate), high_product(fine, to_output.fixed));
      const std::int32_t shifted = shift_right_ties_away(before_shift, std::clamp(-to_output.shift, 0, 31));
      return static_cast<T>(to_unit(shifted, y.zero, range));
    });
  });
}

}  // namespace dlas::op::quantized
