// What QLinearAveragePool and QLinearGlobalAveragePool share.
#pragma once

#include "model/op/layout.h"
#include "model/op/linear_units.h"

namespace dlas::op {

enum LinearPool { kX, kXScale, kXZero, kYScale, kYZero };

inline constexpr std::string_view kLinearPoolInputs = "x x_scale x_zero_point? y_scale y_zero_point?";

Status check_linear_pool(const Site& site, const Types& in);

// The mean over all n places of each channel: saturate(round half to even(sum(x - x_zero) M) + y_zero) with
// M = x_scale / (y_scale n), in float32.
Status run_linear_global_pool(const Call& call, Layout layout);

}  // namespace dlas::op
