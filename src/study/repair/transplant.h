// What to try where no rule knew an edit that the file can take: numbers of the source's layer in the target's, and operators for
// fused activations. Each is only a proposal: repair.cpp accepts what brings the region to the floor.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "model/graph/graph.h"
#include "study/localize/finding.h"
#include "study/repair/edit.h"

namespace dlas::study {

// Groups of edits, the shortest first.
//   constants of the finding's target nodes become those of its source nodes, with their axes in the target's order;
//   for y = f (w * x + b) + g, a convolution with the BatchNormalization, Mul and Add of constants behind it on either side,
//   w, the shift, both, or factor and shift of the target are solved for in float64, so that both layers compute the same
//   attributes that differ between a node of the source and one of the target with the same operator
//   inputs that read another value than the one whose partner the source's node reads
// `partners` are the aligned values, source and target.
using Partners = std::vector<std::pair<std::string, std::string>>;
std::vector<std::vector<Edit>> transplants(const Graph& source, const Graph& target, const localize::Finding& finding,
                                           const Partners& partners);

// The same new node behind each other node of the finding: a layer of several nodes has several places for it.
std::vector<std::vector<Edit>> elsewhere(const Graph& target, const localize::Finding& finding);

// The edits with a node behind the layer in place of a fused activation, for formats that have none.
std::vector<Edit> without_fusing(const Graph& target, const std::vector<Edit>& edits);

}  // namespace dlas::study
