// Is what compiled code answers the oracle's answer up to rounding? What the tests of the executor ask.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "model/executor/executor.h"

namespace dlas::compiler::testing {

// Runs `executor` and the reference interpreter on the inputs, `keep` included. Empty, or the first value that differs by more
// than rounding explains.
//
// How much that is is measured, not estimated: the reference runs again with every float value that it computes moved at random by
// up to 2^-19 of the root mean square of its tensor: a float32 sum of a thousand products of one sign rounds one way, and a norm that
// became a product and a sum rounds numbers larger than its result. The answer may be four times as far off as that run is,
// plus 2^-22 of the largest number. Integers have to be equal.
std::string difference(const Executor& executor, std::span<const Tensor> inputs, std::span<const ValueId> keep = {},
                       std::uint64_t seed = 1);

// All values of the executor's graph that a node computes.
std::vector<ValueId> computed_values(const Graph& graph);

// Paths of models that are there: those of the demo in the tree `source`, and of folders below the shared one ("data/models").
std::vector<std::string> model_files(const std::string& source, std::initializer_list<std::string_view> shared_folders);

// The model with its open sizes set to 1.
Graph loaded(const std::string& path);

}  // namespace dlas::compiler::testing
