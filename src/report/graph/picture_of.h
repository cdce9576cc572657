// A graph as a picture: its inputs, nodes and outputs; constants are left out.
#pragma once

#include "model/graph/graph.h"
#include "report/graph/picture.h"

namespace dlas::report {

// A node's second line is the type of its first output.
Picture picture_of(const Graph& graph);

}  // namespace dlas::report
