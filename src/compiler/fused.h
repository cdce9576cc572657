// Fused: several operators as one node, so that one kernel computes them without storing what lies between.
//
// The attribute `body` is a graph in text form with inputs in the order of the node's. Its values have no sizes: those are inferred
// from the inputs. The reference interpreter runs the body node by node, so a fused graph gives the bits of the unfused one.
#pragma once

#include "model/graph/graph.h"

namespace dlas::compiler {

struct FusedAttributes {
  std::string body;
  void fields(auto& f) { f("body", body); }
};

extern const Op fused;

// The body of a Fused node with types for the given inputs.
// Errors: of the text form; of the operators' rules.
Result<Graph> body_of(const FusedAttributes& attributes, const Types& in, std::span<const Tensor> constants);

// The operators of the body, "Conv + Add + Relu".
std::string body_text(const Graph& body);

// Any operator by name: those of the model layer and the compiler's own.
const Op* find_op(std::string_view name);

}  // namespace dlas::compiler
