// The operators of a normal form that compute, and who feeds whom: what only moves or renames numbers is looked through.
#pragma once

#include <vector>

#include "model/graph/graph.h"

namespace dlas::study::localize {

// One float value that is worth comparing: an input of the graph or the output of an operator that computes.
struct Step {
  ValueId value = kNone;
  NodeId node = kNone;            // kNone: an input of the graph, or the floats that it casts an input of integers to
  std::size_t slot = 0;           // of the node's outputs
  std::vector<int> reads, feeds;  // steps, in the order of the node's inputs; each reader once
};

struct Flow {
  std::vector<Step> steps;    // inputs first, then in the order of the nodes
  std::vector<int> of_value;  // step whose numbers a value has, also through Transpose and its kin; -1 where none
  std::vector<int> outputs;   // steps of the graph's outputs, -1 where none
};

Flow flow_of(const Graph& graph);

// Whether the node gives the numbers of its first input, moved, renamed or of another type.
bool passes_through(const Node& node);

}  // namespace dlas::study::localize
