// Which rounding rule an operator with weights uses. Found by experiment; docs/quantised-arithmetic.md has the table.
#include "model/op/quantized/convolution.h"

namespace dlas::op::quantized {
namespace {

Rounding rule(Kind kind, DType dtype, Kernels kernels) {
  const bool full = kind == Kind::fully_connected;
  if (dtype == DType::i16) return full ? Rounding::real : Rounding::gemmlowp;
  if (kernels == Kernels::xnnpack) return Rounding::xnnpack;
  if (kernels == Kernels::reference) return full ? Rounding::real : Rounding::gemmlowp;
  const bool by_ruy = kind == Kind::convolution || full || (kind == Kind::transposed && dtype == DType::u8) ||
                      (kind == Kind::dilated_depthwise && dtype == DType::i8);
  return by_ruy ? Rounding::ruy : Rounding::gemmlowp;
}

}  // namespace

Requantizer::Requantizer(Kind kind, const Input& x, const Input& w, const Output& y, std::int64_t channels,
                         Kernels kernels)
    : rounding_(rule(kind, x.tensor->dtype(), kernels)), zero_(y.zero), range_(y.range()) {
  const bool per_tensor_scale = x.tensor->dtype() == DType::u8 || kind == Kind::fully_connected;
  const Product product =
      per_tensor_scale && w.scales.size() == 1 && rounding_ != Rounding::real ? Product::in_float : Product::in_double;
  factors_.reserve(static_cast<std::size_t>(channels));
  for (std::int64_t c = 0; c < channels; ++c) factors_.push_back(multiplier(x.scale(), w.scale(c), y.scale, product));
}

}  // namespace dlas::op::quantized
