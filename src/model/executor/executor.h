// Whatever computes a graph: the reference interpreter, compiled code, a framework's runtime.
//
// In this folder: executor.h (the interface), reference.h (plain loops: the oracle), execution.h (one node), fold.h
// (what can be computed before any input is there). May include base, model/graph and model/op.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "model/graph/graph.h"

namespace dlas {

struct Outputs {
  std::vector<Tensor> outputs;  // as Graph::outputs
  std::vector<Tensor> kept;     // as the `keep` of the call
};

class Executor {
 public:
  Executor() = default;
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;
  virtual ~Executor() = default;

  virtual std::string describe() const = 0;  // name and settings, one line
  virtual const Graph& graph() const = 0;
  // Inputs in the order of Graph::inputs; `keep` names values of graph() that are wanted as well.
  // Errors: an input of another type; what an operator says of its inputs' contents; budgets of base/limits.h.
  // Threads: may be called from several threads at once.
  virtual Result<Outputs> run(std::span<const Tensor> inputs, std::span<const ValueId> keep) const = 0;
  // How many times the rounding of a value's own type it may be off, as a rule: 1 where sums are exact before that.
  virtual double roundings() const { return 1; }
};

}  // namespace dlas
