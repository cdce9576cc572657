// y[b, oy, ox, c m + j] = sum over ky, kx of x[b, oy s + ky d - p, ..., c] w[0, ky, kx, c m + j], outside the picture 0.
#include "model/op/quantized/centred.h"
#include "model/op/quantized/convolution.h"

namespace dlas::op::quantized {
namespace {

template <typename Sum>
void accumulate(std::vector<Sum>& sums, const std::int16_t* pixel, const std::int16_t* weights,
                std::int64_t multiplier) {
  const auto channels = static_cast<std::int64_t>(sums.size());
  if (multiplier == 1) {
    for (std::int64_t o = 0; o < channels; ++o)
      add_to(sums[static_cast<std::size_t>(o)], static_cast<std::int32_t>(pixel[o]) * weights[o]);
    return;
  }
  for (std::int64_t o = 0; o < channels; ++o)
    add_to(sums[static_cast<std::size_t>(o)], static_cast<std::int32_t>(pixel[o / multiplier]) * weights[o]);
}

template <typename T, typename Sum>
void loops(const Input& x, const Input& w, const Tensor* bias, const Window& window, Output& y, Kernels kernels) {
  const Shape& xs = x.tensor->shape();
  const Shape& ws = w.tensor->shape();
  const Shape& ys = y.tensor->shape();
  const std::int64_t channels = ws[3], multiplier = xs[3] == 0 ? 1 : ws[3] / xs[3];
  const bool dilated = window.dilation_h > 1 || window.dilation_w > 1;
  const Requantizer requantized(dilated ? Kind::dilated_depthwise : Kind::depthwise, x, w, y, channels, kernels);
  const auto data = centred(x), filter = centred(w);
  const auto biases = bias_values(bias, channels);
  std::vector<Sum> sums(static_cast<std::size_t>(channels));
  T* out = y.tensor->template mutable_as<T>().data();
  for (std::int64_t b = 0; b < ys[0]; ++b)
    for (std::int64_t oy = 0; oy < ys[1]; ++oy)
      for (std::int64_t ox = 0; ox < ys[2]; ++ox) {
        std::ranges::copy(biases, sums.begin());
        for (std::int64_t ky = 0; ky < ws[1]; ++ky) {
          const std::int64_t iy = oy * window.stride_h - window.pad_top + ky * window.dilation_h;
          if (iy < 0 || iy >= xs[1]) continue;
          for (std::int64_t kx = 0; kx < ws[2]; ++kx) {
            const std::int64_t ix = ox * window.stride_w - window.pad_left + kx * window.dilation_w;
            if (ix < 0 || ix >= xs[2]) continue;
            accumulate(sums, data.data() + ((b * xs[1] + iy) * xs[2] + ix) * xs[3],
                       filter.data() + (ky * ws[2] + kx) * channels, multiplier);
          }
        }
        for (std::int64_t o = 0; o < channels; ++o)
          *out++ = static_cast<T>(requantized(sums[static_cast<std::size_t>(o)], o));
      }
}

}  // namespace

void depthwise_convolution(const Input& x, const Input& w, const Tensor* bias, const Window& window, Output& y,
                           Kernels kernels) {
  for_quantized(x.tensor->dtype(), [&]<typename T>() {
    for_sum(x.tensor->dtype(), [&]<typename Sum>() { loops<T, Sum>(x, w, bias, window, y, kernels); });
  });
}

}  // namespace dlas::op::quantized
