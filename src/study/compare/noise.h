// How far a value may be off by arithmetic alone: the noise floor that a real divergence has to leave.
//
// Two relative errors travel along the graph, from inputs to outputs:
//   rounding       every operator adds half a unit in the last place of its type (2^-24 for float32, 2^-11 float16, 2^-8
//                  bfloat16); floor = 16 x the sum along the longest path. Constants of a shorter type add theirs.
//   quantisation   every quantised tensor adds scale / sqrt(12), the deviation of a uniform error in one step, relative to
//                  the root mean square of the tensor; independent errors add as squares; floor = 3 x the root.
// Both are estimates: they assume that errors are neither correlated nor blown up by cancellation. 16 and 3 leave room.
#pragma once

#include <vector>

#include "model/graph/graph.h"

namespace dlas::study {

struct Noise {
  double rounding = 0;      // relative, a sum
  double quantisation = 0;  // relative, a sum of squares
  double floor() const;     // relative L2 error that is still explained
};

// For every value of a graph. `rms` is the root mean square of each value on real data, 0 where it is not known.
std::vector<Noise> noise(const Graph& graph, const std::vector<double>& rms);

}  // namespace dlas::study
