// All primitives, by name.
#pragma once

#include <span>

#include "algorithm/primitive/primitive.h"

namespace dlas::algorithm {

std::span<const Primitive* const> primitives();
const Primitive* find_primitive(std::string_view name);  // null when there is none

}  // namespace dlas::algorithm
