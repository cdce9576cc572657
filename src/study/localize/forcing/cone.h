// What computes one value from given ones: the part of a graph between cuts.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "model/graph/graph.h"

namespace dlas::study::localize {

struct Cone {
  Graph graph;                 // its inputs are the cuts that it reads, in the order of `reads`; one output
  std::vector<ValueId> reads;  // values of the whole graph
  std::vector<NodeId> nodes;   // of the whole graph, in its order
};

// `to` itself is computed also when it is a cut. Types are as in the whole graph.
// Errors: graph, when it needs an input of the whole graph that is no cut.
Result<Cone> cone(const Graph& graph, const std::set<ValueId>& cuts, ValueId to);

}  // namespace dlas::study::localize
