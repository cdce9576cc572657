// Where a reader of the target takes another value than its partner in the source: which value may stand for which.
#pragma once

#include <utility>
#include <vector>

#include "study/localize/align/aligned.h"

namespace dlas::study::localize {

// Steps (of a, of b) that may be counterparts though the matching says otherwise: of each other's sizes, one of them read by the matched
// steps `reader_a` and `reader_b` where the other reads something else. Only where a lost or an extra step explains it: the present
// partner stands before the proposed one, with steps without partners between them.
std::vector<std::pair<int, int>> replaced(const Graph& graph_a, const Flow& a, const Graph& graph_b, const Flow& b,
                                          const std::vector<int>& of_a, const std::vector<int>& of_b, int reader_a,
                                          int reader_b);

}  // namespace dlas::study::localize
