// Loops that become vector code: blocks of sixteen numbers, and what is left one by one.
#pragma once

#include "algorithm/vector/functions.h"
#include "algorithm/view.h"

namespace dlas::algorithm::DLAS_TARGET {

// x[i] = f(x[i])
template <typename F>
inline void each(float* __restrict x, std::int64_t n, F f) {
  std::int64_t i = 0;
  for (; i + kChannelBlock <= n; i += kChannelBlock)
    for (std::int64_t j = 0; j < kChannelBlock; ++j) x[i + j] = f(x[i + j]);
  for (; i < n; ++i) x[i] = f(x[i]);
}

// x[i] = f(x[i], y[i])
template <typename F>
inline void both(float* __restrict x, const float* __restrict y, std::int64_t n, F f) {
  std::int64_t i = 0;
  for (; i + kChannelBlock <= n; i += kChannelBlock)
    for (std::int64_t j = 0; j < kChannelBlock; ++j) x[i + j] = f(x[i + j], y[i + j]);
  for (; i < n; ++i) x[i] = f(x[i], y[i]);
}

}  // namespace dlas::algorithm::DLAS_TARGET
