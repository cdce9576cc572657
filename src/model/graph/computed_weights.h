// Weights that a file does not hold but computes: ConstantOfShape of a constant shape, for example.
#pragma once

#include "model/graph/graph.h"

namespace dlas {

// By ValueId: what a node makes from constants alone, all sizes known.
struct ComputedWeights {
  std::vector<char> is;       // one of these: it needs no room among the activations of a run
  std::vector<char> counted;  // and its floats are parameters: no parameter went into it
};
ComputedWeights computed_weights(const Graph& graph);

}  // namespace dlas
