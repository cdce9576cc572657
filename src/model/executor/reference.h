// The reference interpreter: calls each operator's plain loops in order. The oracle of everything that is faster.
#pragma once

#include <functional>
#include <memory>

#include "model/executor/executor.h"
#include "model/op/traits.h"

namespace dlas {

// Sees, and may replace by another of its type, each input and each value that a run computes, in order. Called from
// several threads at once when the executor is.
using Observer = std::function<void(ValueId value, Tensor& content)>;

// Values that depend on constants only are computed here, once, and kept.
// Errors: one error that lists all unknown operators; of verify(); of computing what depends on constants only.
// Owns: a copy of the graph, which shares its weights.
Result<std::unique_ptr<Executor>> make_reference(const Graph& graph, Traits traits = {}, Observer observer = {});

// What keeps any executor from running the graph: unknown operators, all in one error; inputs without an element type; what
// verify() finds; quantised tensors where a kernel would take integers for numbers.
Status check_executable(const Graph& graph);

// What is wrong with the inputs of a run: their number, or the first whose dtype or sizes are not those of the graph.
// A symbolic size has one value in a run.
Status check_inputs(const Graph& graph, std::span<const Tensor> inputs);

}  // namespace dlas
