// What can be computed before any input is there: shape arithmetic, and sizes that the user fixes.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "model/graph/graph.h"

namespace dlas {

// Infers types in order and replaces each node whose inputs are all constant (and Shape and Size of fixed shapes) by
// constants when its outputs have at most 1,024 elements; nodes behind it see the content. DequantizeLinear stays: it says how a
// constant is quantised. Nothing is folded once the
// constants made take limits().folded_bytes. Prunes when anything was folded: ids change.
// Errors: of type rules and operators.
Status fold_constants(Graph& graph);

// One node whose input types are inferred, without pruning: true when its outputs are constants now (or it has none).
// `bytes` adds up what the constants take.
Result<bool> fold_node(Graph& graph, NodeId node, std::uint64_t& bytes);

// Gives unknown sizes a value by their names, then infers and folds again. The key "*" stands for all first sizes of
// inputs that are unknown and have no name; it may match none.
// Errors: Code::usage for a negative size, or a name that no size has.
Status bind_sizes(Graph& graph, const std::map<std::string, std::int64_t>& sizes);

}  // namespace dlas
