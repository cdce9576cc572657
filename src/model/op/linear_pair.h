// What QLinearAdd and QLinearMul share: two tensors and a result, each with a scale and a zero point of its own.
#pragma once

#include <functional>

#include "model/op/elementwise.h"
#include "model/op/linear_units.h"

namespace dlas::op {

enum LinearPair { kA, kAScale, kAZero, kB, kBScale, kBZero, kYScale, kYZero };

inline constexpr std::string_view kLinearPairInputs =
    "a a_scale a_zero_point? b b_scale b_zero_point? y_scale y_zero_point?";

Result<Types> linear_pair_types(const Site& site, const Types& in);

// y = saturate(round half to even(f(a, b))) for each pair of stored integers of the broadcast inputs.
Status run_linear_pair(const Call& call, const std::function<float(std::int32_t, std::int32_t)>& f);

// Along the last axis that is not of one element, `slot` is read as one number while the other input is not.
bool is_one_number_a_row(const Call& call, std::size_t slot);

}  // namespace dlas::op
