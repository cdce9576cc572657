// Pairs that are no counterparts: they differ, yet all that is computed from them agrees.
//
// A convolution before its BatchNormalization may look like the convolution of the other file that has the normalisation inside; what
// follows is equal in both. An error does not go away like that: where the next aligned values on every way behind a pair are within
// their floors, and the pair is off by more than ten times the largest of these floors, it was paired by mistake.
#pragma once

#include <vector>

#include "study/compare/align.h"
#include "study/compare/diff.h"

namespace dlas::study {

// Positions in `pairs`, ascending. `values` says of each pair whether it diverges, by how much, and its floor.
std::vector<std::size_t> mispaired(const Graph& a, const Graph& b, const std::vector<Pair>& pairs,
                                   const std::vector<ValuePair>& values);

}  // namespace dlas::study
