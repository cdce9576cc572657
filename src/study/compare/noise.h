// How far a value may be off by arithmetic alone: the noise floor that a real divergence has to leave.
//
// It is measured, as in Monte Carlo arithmetic (Parker, Pierce and Eggert 2000): the graph's meaning in floats
// (float_meaning.h) runs once undisturbed and a few times with every value and constant moved at random by what its type
// cannot hold. The relative L2 distance of such a run from the undisturbed one is the noise of a value; how later
// operators amplify or damp it is thus the network's own. A value is moved by r, uniform in [-1, 1], times
//   half a unit in the last place, relative: 2^-24 float32, 2^-11 float16, 2^-8 bfloat16, 2^-53 float64
//   half a step (scale / 2) when it is quantised, after it was clipped to the range of its integers
// Operators that only move or select data add nothing of their own. An executor that rounds more often than a value's type
// demands says how much more (Executor::roundings), and its side's noise counts so many times.
#pragma once

#include <span>
#include <vector>

#include "study/compare/background.h"

namespace dlas::study {

// The noise of two sides adds as squares; a deviation within three times the root is explained. Measured on 100 pictures,
// largest ratio of deviation and root: fp32 twins 0.3 and 0.8; int8 twins 1.0, 1.0 (ResNet-8) and 2.4; a padding fault 9
// between float and int8, over a million between floats.
inline constexpr double kExplained = 3;

// The relative noise of each value of `keep` (without the background), the largest over `inputs` and three draws.
// Errors: of float_meaning() and of execution.  Same numbers for any number of threads.
Result<std::vector<double>> measure_noise(const Graph& graph, const std::vector<std::vector<Tensor>>& inputs,
                                          std::span<const ValueId> keep, const Background& background = {});

}  // namespace dlas::study
