// Operators that come, go or change in the target's file. A fused activation is an attribute there.
#pragma once

#include "study/localize/rule/rule.h"

namespace dlas::study::localize {

// `source` behind the value that the target's node `b` makes.
std::vector<Edit> edits_for_lost(const Case& c, const Node& source, const Node& b);
// Without the target's node `b`, whose readers read its input `slot`.
std::vector<Edit> edits_for_extra(const Case& c, const Node& b, std::size_t slot);
// The operator of `source` in the place of the target's node `b`.
std::vector<Edit> edits_for_other(const Case& c, const Node& source, const Node& b);

}  // namespace dlas::study::localize
