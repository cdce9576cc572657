// LRN: squares lie between zeros, so that every sum is over the same number of neighbours.
#include "algorithm/vector/code.h"
#include "algorithm/vector/loops.h"

namespace dlas::algorithm::DLAS_TARGET {

void lrn(const LrnRun& r) {
  float squares[kMostLrnChannels + 2 * kMostLrnReach];
  float* __restrict own = squares + kMostLrnReach;  // of channel 0
  for (std::int64_t i = 1; i <= r.before; ++i) own[-i] = 0;
  for (std::int64_t i = 0; i < r.after; ++i) own[r.channels + i] = 0;
  for (std::int64_t c = 0; c < r.channels; ++c) own[c] = r.in[c] * r.in[c];
  float* __restrict out = r.out;
  for (std::int64_t c = 0; c < r.channels; ++c) out[c] = own[c - r.before];
  for (std::int64_t k = 1 - r.before; k <= r.after; ++k)
    for (std::int64_t c = 0; c < r.channels; ++c) out[c] += own[c + k];
  const float* __restrict in = r.in;
  const float bias = r.bias, scale = r.scale, beta = r.beta;
  if (beta == 0.75F) {  // the usual one: s^(3/4) is the root of s times its root
    for (std::int64_t c = 0; c < r.channels; ++c) {
      const float root = __builtin_sqrtf(bias + scale * out[c]);
      out[c] = in[c] / (root * __builtin_sqrtf(root));
    }
    return;
  }
  for (std::int64_t c = 0; c < r.channels; ++c) out[c] = in[c] * exp_of(-beta * log_of(bias + scale * out[c]));
}

}  // namespace dlas::algorithm::DLAS_TARGET
