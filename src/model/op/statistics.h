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

// Whether `other` broadcasts to the shape of `x` and does not enlarge it.
inline bool broadcasts_into(const Type& x, const Type& other) {
  const auto dims = broadcast(*x.dims, *other.dims);
  if (!dims || dims->size() != x.rank()) return false;
  for (std::size_t axis = 0; axis < x.rank(); ++axis)
    if (!may_equal((*dims)[axis], x.dim(axis))) return false;
  return true;
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

// Batch, channels, places: input, and scale and shift by channel in slots 1 and 2.
inline Status check_channel_normalization(const Site& site, const Types& in) {
  if (in[0].rank() < 3) return site.wrong_input(0, "at least 3 axes: batch, channels, places", in[0]);
  for (std::size_t slot = 0; slot < 3; ++slot) DLAS_TRY(check_real(site, in, slot));
  for (std::size_t slot : {1, 2}) DLAS_TRY(check_vector(site, in, slot, in[0].dim(1)));
  return {};
}

// Normalises groups of `channels` neighbouring channels of each picture, then scales and shifts each channel.
inline Status normalize_channels(const Call& call, std::int64_t channels, double epsilon) {
  std::vector<double> x = reals(call, 0);
  const std::vector<double> scale = reals(call, 1), shift = reals(call, 2);
  const auto places = static_cast<std::size_t>(count(std::span(call.in[0].shape()).subspan(2)));
  const std::size_t size = places * static_cast<std::size_t>(channels);
  for (std::size_t at = 0; size > 0 && at < x.size(); at += size) normalize(std::span(x).subspan(at, size), epsilon);
  for (std::size_t i = 0; i < x.size(); ++i) {
    const std::size_t c = i / places % scale.size();
    x[i] = x[i] * scale[c] + shift[c];
  }
  store(x, call.out[0]);
  return {};
}

}  // namespace dlas::op
