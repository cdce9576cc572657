// Mean and variance of a span of numbers, for the normalisations.
#pragma once

#include <cmath>
#include <span>

#include "model/op/real.h"

namespace dlas::op {

struct Statistics {
  double mean = 0, inverse_deviation = 0;
};

// Replaces each number by its distance from the mean in standard deviations.  REQUIRES: not empty.
inline Statistics normalize(std::span<double> x, double epsilon) {
  double sum = 0, squares = 0;
  for (double v : x) sum += v;
  const double mean = sum / static_cast<double>(x.size());
  for (double v : x) squares += (v - mean) * (v - mean);
  const double inverse = 1 / std::sqrt(squares / static_cast<double>(x.size()) + epsilon);
  for (double& v : x) v = (v - mean) * inverse;
  return {mean, inverse};
}

// x scale + shift, both broadcast to the shape of input 0; an absent one is left out.
inline void scale_and_shift(const Call& call, std::span<double> x, std::size_t scale_slot, std::size_t shift_slot) {
  const Shape& shape = call.in[0].shape();
  for (std::size_t slot : {scale_slot, shift_slot}) {
    if (!call.has(slot)) continue;
    const std::vector<double> values = reals(call, slot);
    std::size_t at = 0;
    for (Walk<1> w(shape, {broadcast_strides(call.in[slot].shape(), shape)}); !w.done(); w.next(), ++at) {
      const double v = values[static_cast<std::size_t>(w.offset(0))];
      x[at] = slot == scale_slot ? x[at] * v : x[at] + v;
    }
  }
}

}  // namespace dlas::op
