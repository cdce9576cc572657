// ReLU and its kin on quantised tensors.
#include <cmath>

#include "model/op/quantized/elementwise.h"

namespace dlas::op::quantized {
namespace {

template <typename F>
void each(const Input& x, Output& y, F&& unit) {
  for_quantized(y.tensor->dtype(), [&]<typename T>() {
    std::ranges::transform(x.tensor->as<T>(), y.tensor->mutable_as<T>().begin(),
                           [&](T q) { return static_cast<T>(unit(q - x.zero)); });
  });
}

}  // namespace

void leaky_relu(const Input& x, float alpha, Output& y, Kernels kernels) {
  const Range range = y.range();
  if (kernels == Kernels::xnnpack && y.tensor->dtype() != DType::i16) {
    const float above = x.scale() / y.scale, below = above * alpha;
    return each(x, y, [&](std::int32_t v) { return to_unit(by_eight_bits(v, v >= 0 ? above : below), y.zero, range); });
  }
  const Multiplier above = multiplier(static_cast<double>(x.scale() / y.scale));
  const Multiplier below = multiplier(static_cast<double>(x.scale() * alpha / y.scale));
  each(x, y, [&](std::int32_t v) {
    return to_unit(requantize(v, v >= 0 ? above : below, Rounding::gemmlowp), y.zero, range);
  });
}

void prelu(const Input& x, const Input& alpha, Output& y) {
  const Range range = y.range();
  const Multiplier above = multiplier(static_cast<double>(x.scale() / y.scale));
  const Multiplier below = multiplier(static_cast<double>(x.scale() * alpha.scale() / y.scale));
  const Shape& shape = y.tensor->shape();
  for_quantized(y.tensor->dtype(), [&]<typename T>() {
    const auto qx = x.tensor->as<T>();
    const auto qa = alpha.tensor->as<T>();
    T* out = y.tensor->mutable_as<T>().data();
    const Strides sx = broadcast_strides(x.tensor->shape(), shape);
    const Strides sa = broadcast_strides(alpha.tensor->shape(), shape);
    for (Walk<2> w(shape, {sx, sa}); !w.done(); w.next()) {
      const std::int32_t v = qx[static_cast<std::size_t>(w.offset(0))] - x.zero;
      const std::int32_t slope = qa[static_cast<std::size_t>(w.offset(1))] - alpha.zero;
      const std::int32_t scaled =
          v >= 0 ? requantize(v, above, Rounding::gemmlowp) : requantize(v * slope, below, Rounding::gemmlowp);
      *out++ = static_cast<T>(to_unit(scaled, y.zero, range));
    }
  });
}

void relu(const Input& x, Output& y) {
  const Range range = y.range();
  const Multiplier factor = multiplier(static_cast<double>(x.scale() / y.scale));
  each(x, y, [&](std::int32_t v) { return to_unit(requantize(v, factor, Rounding::gemmlowp), y.zero, range); });
}

}  // namespace dlas::op::quantized
