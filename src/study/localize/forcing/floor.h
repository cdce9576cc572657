// What rounding and quantisation explain of one region's local error: see probe.h for the formula.
#pragma once

#include "study/localize/forcing/probe.h"

namespace dlas::study::localize {

// Relative, of `result`, which the region made of `given`. `plain` is its cone.
// Errors: of execution.
Result<double> rounding_floor(const Cone& plain, const Region& calm, const std::vector<Tensor>& given,
                              const Tensor& result);

// What constants on a grid explain of a value of `moved`, the normal form with moved constants: its region runs on the same numbers.
Result<double> grid_floor(const NormalForm& moved, const std::set<ValueId>& cuts, ValueId to,
                          const std::vector<Tensor>& given, const Tensor& result);

}  // namespace dlas::study::localize
