// One execution of one node: types, budgets, memory for the outputs, 4-bit elements, the call, errors with the node's name.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/graph/graph.h"
#include "model/op/traits.h"

namespace dlas {

// What a run has used so far, against limits().operations and limits().live_bytes.
struct Usage {
  std::uint64_t operations = 0;
  std::uint64_t live_bytes = 0;
};

// Actual types of a node's inputs: those of the tensors, with the quantisation that the graph gives its values.
Types actual_types(const Graph& graph, const Node& node, std::span<const Tensor> in);

// By output slot; absent where the node has none. Adds the outputs to `usage`.
// Requires: node.op is not null; `in` by input slot; `in_types` of these, with fixed sizes.
// Errors: of the type rule and the operator, with the node's name; Code::limit.
Result<std::vector<Tensor>> execute(const Graph& graph, const Node& node, const Types& in_types,
                                    std::span<const Tensor> in, const Traits& traits, Usage& usage);

}  // namespace dlas
