// An operator of the source, written into a region of the target.
#pragma once

#include "study/localize/rule/rule.h"

namespace dlas::study::localize {

// The attributes of a source's node for an operator in the target: layout and filter as `there` has them, axes counted in its order.
Result<AttributeSet> attributes_there(const Case& c, const Node& source, const Node& there);

// A constant that the source broadcasts against its value, in the target's order of axes.
Tensor constant_there(const Case& c, const Tensor& constant);

// Puts the operator of `source` behind the region's output: `slot` of its inputs is that output, constants come along, other operands are
// the target's counterparts. Errors: of a missing counterpart.
Status append(Cone& cone, const Case& c, const Node& source, std::size_t slot);

}  // namespace dlas::study::localize
