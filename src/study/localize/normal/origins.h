// Which nodes of a file a node of its normal form stands for.
#pragma once

#include <vector>

#include "model/graph/graph.h"

namespace dlas::study::localize {

// By node of `graph`: the nodes of `file` between the values that the node reads and the value that it makes, told by the names of values,
// which passes keep. The node of the same name comes first, then those nearest to the result. Where a value is new in `graph`, the
// nearest ones with names before and behind it count.
std::vector<std::vector<NodeId>> origins(const Graph& graph, const Graph& file);

}  // namespace dlas::study::localize
