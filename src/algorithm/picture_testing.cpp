#include "algorithm/picture_testing.h"

#include <algorithm>

namespace dlas::algorithm {

Picture::Picture(std::int64_t n, std::int64_t h, std::int64_t w, std::int64_t c, const Border& border)
    : stride_w(padded_channels(c)),
      stride_h(stride_w * (w + border.left + border.right)),
      stride_n(stride_h * (h + border.top + border.bottom)),
      memory(static_cast<std::size_t>(n * stride_n)) {
  view = {.data = memory.data() + border.top * stride_h + border.left * stride_w,
          .n = n,
          .h = h,
          .w = w,
          .c = c,
          .stride_n = stride_n,
          .stride_h = stride_h,
          .stride_w = stride_w};
}

void fill(Picture& picture, std::mt19937& random) {
  std::normal_distribution<float> number;
  std::ranges::fill(picture.memory.all(), 0.0F);
  const View& v = picture.view;
  for (std::int64_t n = 0; n < v.n; ++n)
    for (std::int64_t y = 0; y < v.h; ++y)
      for (std::int64_t x = 0; x < v.w; ++x)
        for (std::int64_t c = 0; c < v.stride_w; ++c) picture.at(n, y, x, c) = c < v.c ? number(random) : 1e30F;
}

Tensor random_tensor(Shape shape, std::mt19937& random) {
  Tensor out = Tensor::make(DType::f32, std::move(shape));
  std::normal_distribution<float> number;
  for (float& x : out.mutable_as<float>()) x = number(random);
  return out;
}

}  // namespace dlas::algorithm
