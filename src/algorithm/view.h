// How pictures lie in the memory of compiled code: N, H, W, C, channels side by side.
//
// A pixel's channels are padded to a multiple of kChannelBlock, so that kernels store whole vectors; what lies in the padding is
// finite and means nothing. A picture may have a border: pixels around it that belong to its memory, zeros (or what a pool
// needs) while a kernel reads it, so that a padded convolution reads its input without a copy.
#pragma once

#include <cstdint>

namespace dlas::algorithm {

inline constexpr std::int64_t kChannelBlock = 16;  // elements; a vector of AVX-512, two of AVX2, four of SSE

// Strides in elements. `data` is the first channel of pixel (0, 0) of the first picture, behind the border.
struct View {
  void* data = nullptr;
  std::int64_t n = 0, h = 0, w = 0, c = 0;
  std::int64_t stride_n = 0, stride_h = 0, stride_w = 0;
};

// Rows and columns of memory around a picture.
struct Border {
  std::int64_t top = 0, left = 0, bottom = 0, right = 0;
  bool operator==(const Border&) const = default;
};

}  // namespace dlas::algorithm
