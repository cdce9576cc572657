// Compiled code as an executor: passes, lowering, memory plan, runtime behind the interface of model/executor/executor.h.
//
// A graph with open sizes gets a plan for each input shape it meets; the last few are kept. Values that a caller asks for by `keep`
// are made outputs of a plan of their own, so only what was fused across them is computed apart.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "compiler/executor_spec.h"
#include "compiler/runner.h"
#include "model/executor/executor.h"
#include "model/op/traits.h"

namespace dlas::compiler {

// One task of a plan.
struct TaskReport {
  std::string node, op, kernel;
  std::string fallback;     // why the reference kernel runs; empty for a fast one
  std::uint64_t macs = 0;   // multiply-adds
  std::uint64_t bytes = 0;  // read and written once each, weights included
  double seconds = 0;       // median of the rounds
};

struct PlanReport {
  std::vector<TaskReport> tasks;
  std::vector<PassReport> passes;
  std::size_t arena_bytes = 0;    // for the values of a run
  std::size_t lower_bound = 0;    // what no plan can go below
  std::size_t without_reuse = 0;  // if no two values shared memory
  std::size_t packed_bytes = 0;   // weights in the order of the kernels
  double seconds() const;
  double fallback_share() const;  // of the time; of the tasks when nothing was timed
};

class CompiledExecutor : public Executor {
 public:
  // The plan for these inputs, with times when it is run `rounds` times.
  virtual Result<PlanReport> report(std::span<const Tensor> inputs, int rounds) const = 0;
};

// Errors: those of make_reference; of passes; unsupported for a target that this processor lacks; limits.
Result<std::unique_ptr<CompiledExecutor>> make_compiled(const Graph& graph, const ExecutorSpec& spec,
                                                        Traits traits = {});

// Whether `auto` means compiled code: no value of the graph is quantised, and it has at most 10,000 nodes (a network of image
// recognition has a few hundred; compiling takes about 0.1 ms a node, which few runs would win back).
bool compiles_automatically(const Graph& graph);

// The executor that a specification names.
Result<std::unique_ptr<Executor>> make_executor(const Graph& graph, const ExecutorSpec& spec, Traits traits = {});

}  // namespace dlas::compiler
