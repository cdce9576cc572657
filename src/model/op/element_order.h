// A total order of the elements of a tensor: by value, NaN above all numbers. For TopK and Unique.
#pragma once

#include <cstdint>

#include "base/tensor.h"

namespace dlas::op {

// Below 0, 0 or above 0 as element `a` is less than, equal to or greater than element `b`. NaN equals NaN.
int compared(const Tensor& tensor, std::int64_t a, std::int64_t b);

}  // namespace dlas::op
