// A graph as lines of text.
#pragma once

#include <string>

#include "model/graph/graph.h"

namespace dlas::report {

// One line a node: outputs with types, operator, inputs. Names escaped.
std::string listing(const Graph& graph);

}  // namespace dlas::report
