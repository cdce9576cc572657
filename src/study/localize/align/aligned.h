// A value of the source that stands for a value of the target.
#pragma once

#include <optional>
#include <vector>

#include "study/compare/layout.h"
#include "study/localize/align/match.h"

namespace dlas::study::localize {

struct Aligned {
  ValueId a = kNone, b = kNone;  // in the normal forms
  int step_a = -1, step_b = -1;  // in their flows
  AxisOrder order;               // how b is read to have the axes of a
  double confidence = 0;
};

// One for each pair of the matching whose numbers can be given from one to the other: of equal sizes in some order, or of equal rank.
std::vector<Aligned> aligned(const Graph& graph_a, const Flow& a, const Graph& graph_b, const Flow& b,
                             const Matching& matching);
// The same for one pair of steps; nothing when neither sizes nor ranks agree.
std::optional<Aligned> aligned(const Graph& graph_a, const Flow& a, int step_a, const Graph& graph_b, const Flow& b,
                               int step_b, double confidence);

// A source's value as the target stores it: the inverse of reading b in `order`, in the sizes of b where the counts agree. Sizes that the
// source has and the target has not are kept, so that a region behind a wrong size can still run.
Tensor as_target(const Tensor& of_a, const AxisOrder& order, const Type& b);

}  // namespace dlas::study::localize
