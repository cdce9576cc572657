#include "model/op/quantized/convert.h"

#include <cmath>

namespace dlas::op::quantized {
namespace {

template <typename From, typename To>
void rescale(const Input& x, Output& y, Kernels kernels) {
  const Range range = y.range();
  const Multiplier factor = multiplier(static_cast<double>(x.scale()) / static_cast<double>(y.scale));
  const float ratio = x.scale() / y.scale;
  const bool eighths = kernels == Kernels::xnnpack && sizeof(From) == 1 && std::is_same_v<From, To>;
  const Rounding rounding =
      kernels == Kernels::reference || sizeof(From) == 2 || sizeof(To) == 2 ? Rounding::gemmlowp : Rounding::ruy;
  std::ranges::transform(x.tensor->as<From>(), y.tensor->template mutable_as<To>().begin(), [&](From q) {
    const std::int32_t centred = q - x.zero;
    const std::int32_t scaled = eighths ? by_eight_bits(centred, ratio) : requantize(centred, factor, rounding);
    return static_cast<To>(to_unit(scaled, y.zero, range));
  });
}

std::int32_t rounded_unit(float rounded, std::int32_t zero, Range range) {
  if (std::isnan(rounded)) return range.low;
  return to_unit(static_cast<std::int32_t>(std::clamp(rounded, -65536.0F, 65536.0F)), zero, range);
}

std::int32_t unit_of(float scaled, std::int32_t zero, Range range) {
  return rounded_unit(std::round(scaled), zero, range);
}

// How many elements LiteRT takes several at a time, where it multiplies by 1 / scale and rounds ties to even; the others
// it divides, and rounds ties away from zero.
std::size_t by_product(std::size_t count, DType dtype, Kernels kernels) {
  if (kernels == Kernels::reference) return 0;
  return kernels == Kernels::xnnpack && dtype != DType::i16 ? count : count / 8 * 8;
}

}  // namespace

void quantize(const Input& real, Output& y, Kernels kernels) {
  const Range range = y.range();
  const float inverse = 1.0F / y.scale;
  for_quantized(y.tensor->dtype(), [&]<typename T>() {
    const auto in = real.tensor->as<float>();
    const auto out = y.tensor->mutable_as<T>();
    const std::size_t first = by_product(in.size(), y.tensor->dtype(), kernels);
    for (std::size_t i = 0; i < in.size(); ++i)
      out[i] = static_cast<T>(i < first ? rounded_unit(std::nearbyint(in[i] * inverse), y.zero, range)
                                        : unit_of(in[i] / y.scale, y.zero, range));
  });
}

void requantize_units(const Input& x, Output& y, Kernels kernels) {
  for_quantized(x.tensor->dtype(), [&]<typename From>() {
    for_quantized(y.tensor->dtype(), [&]<typename To>() { rescale<From, To>(x, y, kernels); });
  });
}

void dequantize(const Input& x, std::int64_t axis, Tensor& y, Kernels kernels) {
  const Shape& shape = x.tensor->shape();
  std::int64_t inner = 1;
  for (std::size_t i = static_cast<std::size_t>(axis) + 1; i < shape.size(); ++i) inner *= shape[i];
  const std::int64_t channels = x.scales.size() == 1 ? 1 : shape[static_cast<std::size_t>(axis)];
  const auto out = y.mutable_as<float>();
  const Tensor widened = x.tensor->widened();
  for_int(widened.dtype(), [&]<typename T>() {
    const auto in = widened.as<T>();
    for (std::size_t i = 0; i < in.size(); ++i) {
      const float scale = x.scale(static_cast<std::int64_t>(i) / inner % channels);
      const auto unit = static_cast<std::int64_t>(in[i]);
      // The exact product of a float and a small integer, rounded once; LiteRT's optimised kernel: two products, summed.
      out[i] = kernels != Kernels::builtin
                   ? static_cast<float>(static_cast<double>(scale) * static_cast<double>(unit - x.zero))
                   : static_cast<float>(unit) * scale + static_cast<float>(-x.zero) * scale;
    }
  });
}

void concatenate(std::span<const Input> inputs, std::int64_t axis, Output& y) {
  const Shape& shape = y.tensor->shape();
  const Range range = y.range();
  std::int64_t outer = 1, inner = 1;
  for (std::size_t i = 0; i < shape.size(); ++i)
    (static_cast<std::int64_t>(i) < axis ? outer : inner) *= static_cast<std::int64_t>(i) == axis ? 1 : shape[i];
  for_quantized(y.tensor->dtype(), [&]<typename T>() {
    T* out = y.tensor->mutable_as<T>().data();
    const float inverse = 1.0F / y.scale;
    for (std::int64_t k = 0; k < outer; ++k)
      for (const Input& x : inputs) {
        const std::int64_t n = x.tensor->dim(static_cast<std::size_t>(axis)) * inner;
        const auto part = x.tensor->as<T>().subspan(static_cast<std::size_t>(k * n), static_cast<std::size_t>(n));
        const bool same = x.scale() == y.scale && x.zero == y.zero;
        const float scale = x.scale() * inverse, offset = static_cast<float>(-x.zero) * scale;
        out = std::ranges::transform(part, out, [&](T q) {
                return same ? q : static_cast<T>(unit_of(static_cast<float>(q) * scale + offset, y.zero, range));
              }).out;
      }
  });
}

}  // namespace dlas::op::quantized
