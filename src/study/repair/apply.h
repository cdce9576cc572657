// A graph with edits: all of them or none.
#pragma once

#include <span>
#include <vector>

#include "model/graph/graph.h"
#include "study/repair/edit.h"

namespace dlas::study {

struct Applied {
  Graph graph;                // types inferred, verified
  std::vector<Edit> inverse;  // applied in this order they give back the original
};

// The original is not touched: what is refused leaves no trace. Tensors that no edit changes are shared with it.
// Errors: not_found for a name; mismatch when something is not as the edit says it was; of operators and of the verifier for
// what the edits make of the graph. Each says which edit it was.
Result<Applied> apply_edits(const Graph& graph, std::span<const Edit> edits);

}  // namespace dlas::study
