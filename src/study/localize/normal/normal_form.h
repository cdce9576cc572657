// A model as its meaning, so that two files of two frameworks can be held side by side.
//
// Quantised and half-precision numbers become the float32 they stand for, activations that are fused into an operator become
// operators, batch normalisation and constant factors go into the weights beside them, spelled-out idioms become one operator, dense
// layers, global means and zero padding have one form. Attributes of the graph IR hold every default already, so "absent" and "default"
// cannot differ. Layouts stay as they are: align/ looks through Transpose, and each aligned pair says how its axes are read.
// Values keep the names that they have in the file, and that is how each node of the normal form knows its nodes there.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "model/graph/graph.h"

namespace dlas::study::localize {

struct NormalForm {
  Graph file;                                // as it was given
  Graph graph;                               // the normal form: all floats are float32
  std::vector<std::vector<NodeId>> origins;  // by node of `graph`: nodes of `file`, the most telling one first
  bool quantised = false;                    // constants of the file stand on a grid or have half precision
};

// With a seed, constants that stand on a grid are moved at random within half a step of it (half precision: half a unit in the last
// place): two such forms show what quantisation of weights explains.
// REQUIRES: fixed sizes of the inputs.
// Errors: of float_meaning(), of type rules and passes.
Result<NormalForm> normal_form(const Graph& file, std::optional<std::uint64_t> seed = {});

}  // namespace dlas::study::localize
