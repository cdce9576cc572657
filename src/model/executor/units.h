// Which nodes may be given quantised tensors: those with an integer kernel, and those whose plain kernel knows what the
// stored integers mean (Op::units).
#pragma once

#include "model/graph/graph.h"

namespace dlas {

// Errors: Code::unsupported, with node and slot: the node's kernel would take stored integers for the numbers that they
// stand for.  Requires: node.op is not null.
Status check_units(const Graph& graph, const Node& node);

}  // namespace dlas
