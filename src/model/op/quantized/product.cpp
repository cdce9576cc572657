#include "model/op/quantized/elementwise.h"

namespace dlas::op::quantized {

void product(const Input& a, const Input& b, Output& y, Kernels kernels) {
  const DType dtype = y.tensor->dtype();
  Multiplier factor = multiplier(a.scale(), b.scale(), y.scale);
  // LiteRT works the whole quotient out in float32 before it is a mantissa.
  const float single = factor.single;
  factor = multiplier(static_cast<double>(single));
  factor.single = single;
  const Rounding rounding = kernels == Kernels::xnnpack && dtype != DType::i16 ? Rounding::xnnpack : Rounding::gemmlowp;
  const Range range = y.range();
  const Shape& shape = y.tensor->shape();
  for_quantized(dtype, [&]<typename T>() {
    const auto qa = a.tensor->as<T>();
    const auto qb = b.tensor->as<T>();
    T* out = y.tensor->mutable_as<T>().data();
    const Strides sa = broadcast_strides(a.tensor->shape(), shape), sb = broadcast_strides(b.tensor->shape(), shape);
    for (Walk<2> w(shape, {sa, sb}); !w.done(); w.next()) {
      const std::int32_t left = qa[static_cast<std::size_t>(w.offset(0))] - a.zero;
      const std::int32_t right = qb[static_cast<std::size_t>(w.offset(1))] - b.zero;
      *out++ = static_cast<T>(to_unit(requantize(left * right, factor, rounding), y.zero, range));
    }
  });
}

void extreme(const Input& a, const Input& b, Extreme which, Output& y) {
  const Shape& shape = y.tensor->shape();
  for_quantized(y.tensor->dtype(), [&]<typename T>() {
    const auto qa = a.tensor->as<T>();
    const auto qb = b.tensor->as<T>();
    T* out = y.tensor->mutable_as<T>().data();
    const Strides sa = broadcast_strides(a.tensor->shape(), shape), sb = broadcast_strides(b.tensor->shape(), shape);
    for (Walk<2> w(shape, {sa, sb}); !w.done(); w.next()) {
      const T left = qa[static_cast<std::size_t>(w.offset(0))], right = qb[static_cast<std::size_t>(w.offset(1))];
      *out++ = which == Extreme::maximum ? std::max(left, right) : std::min(left, right);
    }
  });
}

}  // namespace dlas::op::quantized
