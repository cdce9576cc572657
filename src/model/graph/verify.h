// The rules every graph obeys, checked after each read and each pass.
#pragma once

#include "model/graph/graph.h"

namespace dlas {

// Ids in range, one producer a value, topological order, inputs without producer and constant, outputs that exist,
// constants of their declared type, finite positive scales, zero points in range, types that the operators' rules
// confirm, sizes within limits. Errors: the first broken rule, with the node's name.
Status verify(const Graph& graph);

}  // namespace dlas
