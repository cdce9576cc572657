// Numbers moved at random by what rounding or quantisation hides: the same for the same seed.
#pragma once

#include <cstdint>

#include "base/tensor.h"
#include "model/graph/type.h"

namespace dlas::study::localize {

// Uniform in [-1, 1], a function of its place alone (the finaliser of SplitMix64).
double random_unit(std::uint64_t seed, std::uint64_t element);

// Each number of a float tensor times 1 + unit * r with r from random_unit(); others as they are.
Tensor moved_relative(const Tensor& tensor, double unit, std::uint64_t seed);

// The float meaning of a quantised constant moved within half a step; without a quantisation, half a unit in the last place of
// its half precision.
Tensor moved_within_steps(const Tensor& tensor, const Quantization* q, std::uint64_t seed);

}  // namespace dlas::study::localize
