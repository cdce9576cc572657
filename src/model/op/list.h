// All operators, by name. The one list that a new operator touches.
#pragma once

#include <span>
#include <string_view>

#include "model/op/op.h"

namespace dlas::op {

std::span<const Op* const> all_ops();      // sorted by name, byte by byte
const Op* find_op(std::string_view name);  // null when there is none

}  // namespace dlas::op
