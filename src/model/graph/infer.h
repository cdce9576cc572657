// Types of every value, from those of the inputs and constants.
#pragma once

#include "model/graph/graph.h"

namespace dlas {

// Calls each operator's rule in order and merges the answer with what the file declared. Nodes with unknown operators
// or inputs of unknown type leave their outputs as declared.
// Errors: of the rules; a declared type that contradicts the rule.
Status infer_types(Graph& graph);
Status infer_types(Graph& graph, NodeId node);  // of one node's outputs; its inputs' types are inferred already

// One node: checks number of inputs against the signature, then asks the rule.
Result<Types> infer_node(const Op& op, std::string_view node, const AttributeSet& attributes, const Types& in,
                         std::span<const Tensor> constants, std::size_t outputs);

}  // namespace dlas
