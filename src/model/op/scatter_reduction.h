// What ScatterElements and ScatterND do with an update: put it there, or combine it with what is there.
#pragma once

#include <array>
#include <string_view>

#include "model/op/op.h"

namespace dlas::op {

enum class Reduction { none, add, mul, max, min };
inline constexpr std::array<std::string_view, 5> kReductions = {"none", "add", "mul", "max", "min"};

// `reduction` is defined for the dtype. Bool knows none only.
Status check_reduction(const Site& site, Reduction reduction, const Type& data);

// Element `target` of `to` combined with element `source` of `from`. Integers wrap; NaN wins over numbers.
void reduce_element(Reduction reduction, const Tensor& from, std::int64_t source, Tensor& to, std::int64_t target);

}  // namespace dlas::op
