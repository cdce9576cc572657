// A graph as text for Graphviz and for people.
#pragma once

#include <string>

#include "model/graph/graph.h"

namespace dlas::cli {

// One box a node, one arrow a value that is not constant; all names escaped.
std::string dot(const Graph& graph);

// One line a node: outputs with types, operator, inputs.
std::string listing(const Graph& graph);

}  // namespace dlas::cli
