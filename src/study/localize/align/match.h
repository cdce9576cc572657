// Which step of one flow is which step of the other: by parameters, surroundings and order, never by names alone.
//
// Two steps fit when their operators are of one family, and the better the more of these agree: the operator, the sizes, the parameters
// (sketch.h), the operators around, the place in the graph. Pairs whose parameters are each other's best and have no rival are
// anchors; from anchors, inputs and outputs the matching grows along the edges, always taking the best pair that is left, and never one
// that would turn the order of the graphs around. A fault inside a layer changes one of these signs and leaves the others.
#pragma once

#include <vector>

#include "study/localize/align/flow.h"

namespace dlas::study::localize {

struct Matched {
  int a = -1, b = -1;     // steps
  double confidence = 0;  // 0 to 1
};

struct Matching {
  std::vector<Matched> pairs;   // ascending in a
  std::vector<int> of_a, of_b;  // partner of each step, -1 where there is none
  std::size_t parameters = 0;   // steps of `a` with parameters
  std::size_t alike = 0;        // of these: a step of `b` has them too, up to the scale of a channel
};

// Errors: limit for graphs whose steps have more than 50,000,000 pairs.
Result<Matching> match(const Graph& graph_a, const Flow& a, const Graph& graph_b, const Flow& b);

}  // namespace dlas::study::localize
