// Elements with their zero taken off, as int16: the form in which the loops multiply 8-bit and 16-bit data.
#pragma once

#include <vector>

#include "model/op/quantized/quantized.h"

namespace dlas::op::quantized {

// REQUIRES: q - zero fits 16 bits for 8-bit data (it does: both lie in the type's range); zero is 0 for int16.
inline std::vector<std::int16_t> centred(const Input& input) {
  std::vector<std::int16_t> out(static_cast<std::size_t>(input.tensor->count()));
  for_quantized(input.tensor->dtype(), [&]<typename T>() {
    std::ranges::transform(input.tensor->as<T>(), out.begin(),
                           [&](T q) { return static_cast<std::int16_t>(q - input.zero); });
  });
  return out;
}

// Sums of products. 8-bit data: modulo 2^32 (as LiteRT's int32 sums do in practice); int16 data: exact in 64 bits.
// Either way any order gives the same sum, so that eight partial sums, which fit registers, may be kept.
template <typename Sum>
Sum dot(const std::int16_t* a, const std::int16_t* b, std::int64_t n) {
  using Unsigned = std::make_unsigned_t<Sum>;
  constexpr std::int64_t kLanes = 8;
  const auto product = [&](std::int64_t i) { return static_cast<Unsigned>(static_cast<std::int32_t>(a[i]) * b[i]); };
  Unsigned lanes[kLanes] = {};
  std::int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes)
    for (std::int64_t j = 0; j < kLanes; ++j) lanes[j] += product(i + j);
  Unsigned sum = 0;
  for (const Unsigned lane : lanes) sum += lane;
  for (; i < n; ++i) sum += product(i);
  return static_cast<Sum>(sum);
}

template <typename Sum>
void add_to(Sum& sum, std::int64_t value) {
  using Unsigned = std::make_unsigned_t<Sum>;
  sum = static_cast<Sum>(static_cast<Unsigned>(sum) + static_cast<Unsigned>(value));
}

// Calls f.operator()<Sum>(): int64 for int16 activations, int32 for 8 bits.
template <typename F>
void for_sum(DType activations, F&& f) {
  if (activations == DType::i16) f.template operator()<std::int64_t>();
  else f.template operator()<std::int32_t>();
}

inline std::vector<std::int64_t> bias_values(const Tensor* bias, std::int64_t channels) {
  if (bias == nullptr || bias->absent()) return std::vector<std::int64_t>(static_cast<std::size_t>(channels), 0);
  return bias->integers();
}

}  // namespace dlas::op::quantized
