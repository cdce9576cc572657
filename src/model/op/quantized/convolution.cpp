// y[b, oy, ox, o] = sum over ky, kx, c of x[b, oy s + ky d - p, ..., c] w[o, ky, kx, c], outside the picture 0.
#include "model/op/quantized/convolution.h"

#include <algorithm>

#include "model/op/quantized/centred.h"

namespace dlas::op::quantized {
namespace {

struct Run {  // the kernel columns (or rows) that meet the picture: [first, last)
  std::int64_t first, last;
};

Run inside(std::int64_t origin, std::int64_t dilation, std::int64_t kernel, std::int64_t size) {
  std::int64_t first = 0, last = kernel;
  while (first < last && origin + first * dilation < 0) ++first;
  while (last > first && origin + (last - 1) * dilation >= size) --last;
  return {first, last};
}

struct Geometry {
  std::int64_t height, width, in_channels;                        // of x
  std::int64_t out_channels, kernel_h, kernel_w, group_channels;  // of w
  std::int64_t out_per_group;
};

template <typename Sum>
Sum one_output(const std::int16_t* image, const std::int16_t* filter, const Geometry& g, const Window& window,
               std::int64_t y0, std::int64_t x0, Run rows, Run columns) {
  Sum sum = 0;
  const bool joined = window.dilation_w == 1 && g.group_channels == g.in_channels;
  for (std::int64_t ky = rows.first; ky < rows.last; ++ky) {
    const std::int16_t* line = image + (y0 + ky * window.dilation_h) * g.width * g.in_channels;
    const std::int16_t* weights = filter + ky * g.kernel_w * g.group_channels;
    if (joined) {
      add_to(sum, dot<Sum>(line + (x0 + columns.first) * g.in_channels, weights + columns.first * g.group_channels,
                           (columns.last - columns.first) * g.group_channels));
      continue;
    }
    for (std::int64_t kx = columns.first; kx < columns.last; ++kx)
      add_to(sum, dot<Sum>(line + (x0 + kx * window.dilation_w) * g.in_channels, weights + kx * g.group_channels,
                           g.group_channels));
  }
  return sum;
}

template <typename T, typename Sum>
void loops(const Input& x, const Input& w, const Tensor* bias, const Window& window, Output& y, Kernels kernels) {
  const Shape& xs = x.tensor->shape();
  const Shape& ws = w.tensor->shape();
  const Shape& ys = y.tensor->shape();
  const std::int64_t groups = ws[3] == 0 ? 1 : std::max<std::int64_t>(xs[3] / ws[3], 1);
  const Geometry g{xs[1], xs[2], xs[3], ws[0], ws[1], ws[2], ws[3], std::max<std::int64_t>(ws[0] / groups, 1)};
  const Requantizer requantized(Kind::convolution, x, w, y, g.out_channels, kernels);
  const auto data = centred(x), filters = centred(w);
  const auto biases = bias_values(bias, g.out_channels);
  T* out = y.tensor->template mutable_as<T>().data();
  for (std::int64_t b = 0; b < ys[0]; ++b) {
    const std::int16_t* image = data.data() + b * g.height * g.width * g.in_channels;
    for (std::int64_t oy = 0; oy < ys[1]; ++oy) {
      const std::int64_t y0 = oy * window.stride_h - window.pad_top;
      const Run rows = inside(y0, window.dilation_h, g.kernel_h, g.height);
      for (std::int64_t ox = 0; ox < ys[2]; ++ox) {
        const std::int64_t x0 = ox * window.stride_w - window.pad_left;
        const Run columns = inside(x0, window.dilation_w, g.kernel_w, g.width);
        for (std::int64_t o = 0; o < g.out_channels; ++o) {
          const std::int16_t* filter = filters.data() + o * g.kernel_h * g.kernel_w * g.group_channels;
          Sum sum =
              one_output<Sum>(image + o / g.out_per_group * g.group_channels, filter, g, window, y0, x0, rows, columns);
          add_to(sum, biases[static_cast<std::size_t>(o)]);
          *out++ = static_cast<T>(requantized(sum, o));
        }
      }
    }
  }
}

}  // namespace

void convolution(const Input& x, const Input& w, const Tensor* bias, const Window& window, Output& y, Kernels kernels) {
  for_quantized(x.tensor->dtype(), [&]<typename T>() {
    for_sum(x.tensor->dtype(), [&]<typename Sum>() { loops<T, Sum>(x, w, bias, window, y, kernels); });
  });
}

}  // namespace dlas::op::quantized
