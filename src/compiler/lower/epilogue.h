// What of the operators behind a convolution its kernel computes on the way.
#pragma once

#include <span>

#include "compiler/lower/anchor.h"

namespace dlas::compiler {

struct Epilogue {
  std::size_t taken = 0;     // operators that the kernel computes
  ValueId residual = kNone;  // the value that it adds
};

// Moves operators of the chain into the anchor's problem as long as they fit the order that algorithm::Epilogue has.
// REQUIRES: each node of the chain reads the result of the one before it, the first that of the anchor.
Epilogue absorb(Lowering& lowering, const Scope& scope, ValueId result, std::span<const Node* const> chain,
                Anchor& anchor);

}  // namespace dlas::compiler
