// What the target's input has to be so that its first layer computes what the source's computes, in closed form.
//
// The first region is linear in its input. With the source's input x and unknown numbers M (which source channel goes into which target
// channel, and how large) and b, its result is  f(0) + sum M_tc (f(x_c in channel t) - f(0)) + sum b_t (f(1 in channel t) - f(0)).  Least
// squares over all elements of the source's value gives the C^2 + C unknowns (C channels): preprocessing and channel order without a search.
#pragma once

#include <optional>
#include <vector>

#include "study/localize/forcing/probe.h"

namespace dlas::study::localize {

// Target channel t = sum over c of matrix[t][c] * source channel c + offset[t].
struct InputMap {
  std::vector<std::vector<double>> matrix;
  std::vector<double> offset;
  double error = 0;  // relative, of the first region with this input
  std::size_t channels() const { return offset.size(); }
  bool identity() const;
};

// Channels of an input: the axis of at most four, the second or the last of four axes; nothing for another tensor.
std::optional<std::size_t> channel_axis(const Shape& shape);

// The source's input, mapped; axes stay as they are.
Tensor mapped(const InputMap& map, const Tensor& input);

// Nothing when the region is not linear in the input, or no such map brings the region's error below a tenth of `error`.
// REQUIRES: the only input of the region is the target's input, aligned in `pairs`.
std::optional<InputMap> recover_input(const Models& models, const Probe& probe, const std::vector<Aligned>& pairs,
                                      const Aligned& first, double error);

}  // namespace dlas::study::localize
