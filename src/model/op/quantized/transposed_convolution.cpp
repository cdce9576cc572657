// y[b, iy s + ky - p, ix s + kx - p, o] += x[b, iy, ix, c] w[o, ky, kx, c]; what falls outside y is dropped.
#include "model/op/quantized/centred.h"
#include "model/op/quantized/convolution.h"

namespace dlas::op::quantized {
namespace {

template <typename Sum>
void scatter(std::vector<Sum>& sums, const std::int16_t* pixel, const std::vector<std::int16_t>& filters,
             const Shape& ws, const Shape& ys, const Window& window, std::int64_t y0, std::int64_t x0) {
  for (std::int64_t ky = 0; ky < ws[1]; ++ky) {
    const std::int64_t oy = y0 + ky * window.dilation_h;
    if (oy < 0 || oy >= ys[1]) continue;
    for (std::int64_t kx = 0; kx < ws[2]; ++kx) {
      const std::int64_t ox = x0 + kx * window.dilation_w;
      if (ox < 0 || ox >= ys[2]) continue;
      for (std::int64_t o = 0; o < ws[0]; ++o)
        add_to(sums[static_cast<std::size_t>((oy * ys[2] + ox) * ws[0] + o)],
               dot<Sum>(pixel, filters.data() + ((o * ws[1] + ky) * ws[2] + kx) * ws[3], ws[3]));
    }
  }
}

template <typename T, typename Sum>
void loops(const Input& x, const Input& w, const Tensor* bias, const Window& window, Output& y, Kernels kernels) {
  const Shape& xs = x.tensor->shape();
  const Shape& ws = w.tensor->shape();
  const Shape& ys = y.tensor->shape();
  const Requantizer requantized(Kind::transposed, x, w, y, ws[0], kernels);
  // LiteRT's optimised uint8 kernel rounds 16 units at a time; the last few as the reference does.
  const bool in_lanes = kernels == Kernels::builtin && x.tensor->dtype() == DType::u8;
  const Requantizer left_over(Kind::transposed, x, w, y, ws[0], in_lanes ? Kernels::reference : kernels);
  const auto whole = static_cast<std::size_t>(y.tensor->count()) / 16 * 16;
  std::size_t done = 0;
  const auto data = centred(x), filters = centred(w);
  const auto biases = bias_values(bias, ws[0]);
  std::vector<Sum> sums(static_cast<std::size_t>(ys[1] * ys[2] * ws[0]));
  T* out = y.tensor->template mutable_as<T>().data();
  for (std::int64_t b = 0; b < xs[0]; ++b) {
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] = static_cast<Sum>(biases[i % biases.size()]);
    for (std::int64_t iy = 0; iy < xs[1]; ++iy)
      for (std::int64_t ix = 0; ix < xs[2]; ++ix)
        scatter(sums, data.data() + ((b * xs[1] + iy) * xs[2] + ix) * xs[3], filters, ws, ys, window,
                iy * window.stride_h - window.pad_top, ix * window.stride_w - window.pad_left);
    for (std::size_t i = 0; i < sums.size(); ++i, ++done)
      *out++ = static_cast<T>((done < whole ? requantized : left_over)(sums[i], static_cast<std::int64_t>(i) % ws[0]));
  }
}

}  // namespace

void transposed_convolution(const Input& x, const Input& w, const Tensor* bias, const Window& window, Output& y,
                            Kernels kernels) {
  for_quantized(x.tensor->dtype(), [&]<typename T>() {
    for_sum(x.tensor->dtype(), [&]<typename Sum>() { loops<T, Sum>(x, w, bias, window, y, kernels); });
  });
}

}  // namespace dlas::op::quantized
