// Element-wise operators as chains of steps for the loops of algorithm/pointwise.h.
//
// A run of numbers is loaded once, goes through all operators of a chain while it is in the first cache, and is stored once.
#pragma once

#include <optional>
#include <vector>

#include "algorithm/pointwise.h"
#include "compiler/lower/lowering.h"

namespace dlas::compiler {

using algorithm::PointOp;

struct PointStep {
  PointOp op = PointOp::clamp;
  float a = 0, b = 0;
  std::optional<ValueId> operand = {};  // the other number of those that take two
};

// The node as steps on its input in slot `from`, appended to `steps`; false when it is none that is known here.
bool append_steps(Lowering& lowering, const Scope& scope, const Node& node, std::size_t from,
                  std::vector<PointStep>& steps);

}  // namespace dlas::compiler
