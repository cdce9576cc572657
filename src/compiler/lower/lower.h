// From a graph with fixed sizes to a program: each operator becomes calls of kernels over slots.
//
// In this folder: lowering.h (where values are), rules.h (one function for each kind of operator), anchor.h and epilogue.h (which
// kernel a convolution or dense layer with its followers becomes), copy_task.h, reference_task.h (for what has no kernel).
// plan/ gives the slots their memory, runtime/ runs the program.
#pragma once

#include "compiler/lower/lowering.h"

namespace dlas::compiler {

// Errors: of operators that depend on constants alone, which are computed here.
Result<Program> lower(std::shared_ptr<const Graph> graph, const algorithm::Target& target, Traits traits);

}  // namespace dlas::compiler
