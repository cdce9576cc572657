// A graph as a picture: its inputs, nodes and outputs; constants are left out, and what is computed from constants alone.
#pragma once

#include "model/graph/graph.h"
#include "report/graph/picture.h"

namespace dlas::report {

// A node's second line is the type of its first output. With `all` no node is left out.
Picture picture_of(const Graph& graph, bool all = false);

}  // namespace dlas::report
