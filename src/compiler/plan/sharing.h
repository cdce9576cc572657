// Which slots can share memory, so that nothing is copied: the branches of a concatenation lie in its result, reshaped values and
// pictures without padding lie where they were, element-wise tasks write where they read.
#pragma once

#include "compiler/plan/program.h"

namespace dlas::compiler {

// Removes copies by putting slots inside one another.
void share(Program& program);

}  // namespace dlas::compiler
