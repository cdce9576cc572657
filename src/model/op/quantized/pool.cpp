#include "model/op/quantized/pool.h"

namespace dlas::op::quantized {
namespace {

struct Box {
  std::int64_t top, bottom, left, right;  // of x, cut to the picture
};

// Calls each(batch, channel, box, output index) for every output.
template <typename F>
void for_each_window(const Shape& xs, const Shape& ys, std::int64_t height, std::int64_t width, const Window& window,
                     F&& each) {
  std::int64_t index = 0;
  for (std::int64_t b = 0; b < ys[0]; ++b)
    for (std::int64_t oy = 0; oy < ys[1]; ++oy)
      for (std::int64_t ox = 0; ox < ys[2]; ++ox) {
        const std::int64_t y0 = oy * window.stride_h - window.pad_top, x0 = ox * window.stride_w - window.pad_left;
        const Box box{std::max<std::int64_t>(y0, 0), std::min(y0 + height, xs[1]), std::max<std::int64_t>(x0, 0),
                      std::min(x0 + width, xs[2])};
        for (std::int64_t c = 0; c < ys[3]; ++c) each(b, c, box, index++);
      }
}

template <typename T, typename F>
void for_each_inside(std::span<const T> x, const Shape& xs, std::int64_t b, std::int64_t c, const Box& box, F&& use) {
  for (std::int64_t iy = box.top; iy < box.bottom; ++iy)
    for (std::int64_t ix = box.left; ix < box.right; ++ix)
      use(x[static_cast<std::size_t>(((b * xs[1] + iy) * xs[2] + ix) * xs[3] + c)]);
}

}  // namespace

void average_pool(const Input& x, std::int64_t height, std::int64_t width, const Window& window, Output& y) {
  const Range range = y.range();
  const Shape& xs = x.tensor->shape();
  for_quantized(y.tensor->dtype(), [&]<typename T>() {
    const auto in = x.tensor->as<T>();
    const auto out = y.tensor->mutable_as<T>();
    for_each_window(xs, y.tensor->shape(), height, width, window, [&](auto b, auto c, const Box& box, std::int64_t i) {
      std::int64_t total = 0;
      for_each_inside<T>(in, xs, b, c, box, [&](T q) { total += q; });
      const std::int64_t n = std::max<std::int64_t>((box.bottom - box.top) * (box.right - box.left), 1);
      const std::int64_t mean = total > 0 ? (total + n / 2) / n : (total - n / 2) / n;
      out[static_cast<std::size_t>(i)] = static_cast<T>(std::clamp<std::int64_t>(mean, range.low, range.high));
    });
  });
}

void max_pool(const Input& x, std::int64_t height, std::int64_t width, const Window& window, Output& y) {
  const Range range = y.range();
  const Shape& xs = x.tensor->shape();
  for_quantized(y.tensor->dtype(), [&]<typename T>() {
    const auto in = x.tensor->as<T>();
    const auto out = y.tensor->mutable_as<T>();
    for_each_window(xs, y.tensor->shape(), height, width, window, [&](auto b, auto c, const Box& box, std::int64_t i) {
      std::int32_t largest = std::numeric_limits<T>::lowest();
      for_each_inside<T>(in, xs, b, c, box, [&](T q) { largest = std::max<std::int32_t>(largest, q); });
      out[static_cast<std::size_t>(i)] = static_cast<T>(std::clamp(largest, range.low, range.high));
    });
  });
}

}  // namespace dlas::op::quantized
