// The reference kernel of an operator inside a compiled graph: for what has no fast one. Each knows why it is there.
#pragma once

#include <memory>
#include <string>

#include "compiler/lower/lowering.h"

namespace dlas::compiler {

// Adds the node as it is; its outputs are tensors that the run holds.
void add_reference_task(Lowering& lowering, Scope& scope, const Node& node, std::string reason);

}  // namespace dlas::compiler
