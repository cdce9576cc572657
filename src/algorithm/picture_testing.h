// Pictures and tensors with random numbers for tests of kernels.
#pragma once

#include <random>

#include "algorithm/code/bordered.h"
#include "algorithm/guarded_testing.h"
#include "base/tensor.h"

namespace dlas::algorithm {

// A picture in guarded memory; NaN until it is filled.
struct Picture {
  Picture(std::int64_t n, std::int64_t h, std::int64_t w, std::int64_t c, const Border& border);
  float& at(std::int64_t n, std::int64_t y, std::int64_t x, std::int64_t c) const {
    return static_cast<float*>(view.data)[n * stride_n + y * stride_h + x * stride_w + c];
  }
  std::int64_t stride_w, stride_h, stride_n;
  Guarded memory;
  View view;
};

// Random numbers in the channels, finite junk behind them, zeros in the border.
void fill(Picture& picture, std::mt19937& random);

Tensor random_tensor(Shape shape, std::mt19937& random);

}  // namespace dlas::algorithm
