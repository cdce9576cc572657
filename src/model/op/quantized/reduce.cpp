// Sums of units along axes, then one factor:  scale_x / scale_y, for a mean divided by the number of elements.
//
// LiteRT's reference mean divides the integer mantissa (truncated), so it is not the nearest factor; its optimised mean
// over height and width starts from the nearest. Its reference SUM of int8 gives a constant in version 2.3, whatever the
// input; we compute there what it computes for uint8.
#include <bit>
#include <cmath>

#include "model/op/quantized/fixed_point.h"
#include "model/op/quantized/pool.h"

namespace dlas::op::quantized {
namespace {

Multiplier divided(const Multiplier& m, std::int64_t n) {
  const int bits = 63 - std::countl_zero(static_cast<std::uint64_t>(std::max<std::int64_t>(n, 1)));
  const int shift = std::min({bits, 32, 31 + m.shift});
  Multiplier out = m;
  out.fixed = static_cast<std::int32_t>((static_cast<std::int64_t>(m.fixed) << shift) / std::max<std::int64_t>(n, 1));
  out.shift = m.shift - shift;
  return out;
}

struct Sums {
  std::vector<std::int64_t> values;  // of units, zero not taken off
  std::int64_t each = 1;             // elements in one sum
};

Sums sums_along(const Input& x, std::span<const std::int64_t> axes) {
  const Shape& shape = x.tensor->shape();
  Shape kept = shape;
  Sums out;
  for (std::int64_t axis : axes) {
    out.each *= shape[static_cast<std::size_t>(axis)];
    kept[static_cast<std::size_t>(axis)] = 1;
  }
  out.values.assign(static_cast<std::size_t>(count(kept)), 0);
  const Strides to = broadcast_strides(kept, shape);
  for_quantized(x.tensor->dtype(), [&]<typename T>() {
    const T* in = x.tensor->as<T>().data();
    for (Walk<1> w(shape, {to}); !w.done(); w.next()) out.values[static_cast<std::size_t>(w.offset(0))] += *in++;
  });
  return out;
}

// The mean over height and width of NHWC that LiteRT's optimised kernel takes: zeros are folded into one rounded offset.
// Its vector loop takes 16 channels at a time and breaks ties upwards; the plain loop behind it takes the other channels.
struct Folded {
  Multiplier factor;
  std::int32_t offset;
  std::size_t channels, by_vector;

  Folded(const Input& x, const Output& y, std::int64_t n)
      : factor(multiplier(static_cast<double>(x.scale()) / (static_cast<double>(n) * static_cast<double>(y.scale)))) {
    const float zero = static_cast<float>(x.zero) * x.scale() / y.scale;
    offset = y.zero - static_cast<std::int32_t>(std::clamp(zero > 0 ? zero + 0.5F : zero - 0.5F, -0x1p30F, 0x1p30F));
    channels = static_cast<std::size_t>(x.tensor->shape().back());
    by_vector = channels / 16 * 16;
  }
  std::int64_t operator()(std::int64_t sum, std::size_t i) const {
    const Rounding rounding = i % channels < by_vector ? Rounding::ruy : Rounding::gemmlowp;
    return static_cast<std::int64_t>(requantize(saturated_32(sum), factor, rounding)) + offset;
  }
};

bool over_height_and_width(const Input& x, std::span<const std::int64_t> axes) {
  return x.tensor->rank() == 4 && axes.size() == 2 && std::min(axes[0], axes[1]) == 1 &&
         std::max(axes[0], axes[1]) == 2;
}

// The plain way: zero taken off the sum, then the factor.
struct Rescaled {
  Multiplier factor;
  std::int64_t zeros;
  std::int32_t zero;

  Rescaled(const Input& x, const Output& y, Reduction reduction, std::int64_t n)
      : factor(multiplier(static_cast<double>(x.scale()) / static_cast<double>(y.scale))),
        zeros(n * x.zero),
        zero(y.zero) {
    if (reduction == Reduction::mean) factor = divided(factor, n);
  }
  std::int64_t operator()(std::int64_t sum, std::size_t) const {
    return static_cast<std::int64_t>(requantize(saturated_32(sum - zeros), factor, Rounding::gemmlowp)) + zero;
  }
};

// In float32, the zeros folded into one offset. LiteRT's optimised sum rounds half away before it adds the output's zero,
// XNNPACK half to even after.
struct InFloat {
  float factor, offset;
  std::int32_t zero = 0;
  bool xnnpack;

  InFloat(const Input& x, const Output& y, Reduction reduction, std::int64_t n, bool by_xnnpack)
      : factor(x.scale() / y.scale), xnnpack(by_xnnpack) {
    if (reduction == Reduction::mean) factor *= 1.0F / static_cast<float>(n);
    if (xnnpack) {
      offset = static_cast<float>(y.zero) - static_cast<float>(n * x.zero) * factor;
    } else {
      offset = static_cast<float>(-x.zero) * factor * static_cast<float>(n);
      zero = y.zero;
    }
  }
  std::int64_t operator()(std::int64_t sum, std::size_t) const {
    const float real = std::clamp(static_cast<float>(sum) * factor + offset, -0x1p40F, 0x1p40F);
    return xnnpack ? std::llrint(real) : std::llround(real) + zero;
  }
};

// step(sum, index of the output) gives the unit before it is clamped.
template <typename Step>
void write(const Sums& sums, Output& y, const Step& step) {
  const Range range = y.range();
  for_quantized(y.tensor->dtype(), [&]<typename T>() {
    const auto out = y.tensor->mutable_as<T>();
    for (std::size_t i = 0; i < out.size(); ++i)
      out[i] = static_cast<T>(std::clamp<std::int64_t>(step(sums.values[i], i), range.low, range.high));
  });
}

}  // namespace

void reduce(const Input& x, Reduction reduction, std::span<const std::int64_t> axes, bool kept, Output& y,
            Kernels kernels) {
  const Sums sums = sums_along(x, axes);
  const bool eight_bits = x.tensor->dtype() != DType::i16;
  if (kernels == Kernels::xnnpack && eight_bits) return write(sums, y, InFloat(x, y, reduction, sums.each, true));
  if (kernels != Kernels::reference && reduction == Reduction::sum)
    return write(sums, y, InFloat(x, y, reduction, sums.each, false));
  if (kernels == Kernels::builtin && eight_bits && kept && over_height_and_width(x, axes))
    return write(sums, y, Folded(x, y, sums.each));
  write(sums, y, Rescaled(x, y, reduction, sums.each));
}

}  // namespace dlas::op::quantized
