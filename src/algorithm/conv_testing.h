// A convolution with random numbers, run by a kernel between guard pages and compared with loops in float64.
#pragma once

#include <optional>
#include <random>
#include <string>

#include "algorithm/algorithm.h"

namespace dlas::algorithm {

Loop serial_loop();
Loop backward_loop();  // the last job first: what depends on the order shows
Loop parallel_loop();  // on all threads

enum class BorderGiven { none, needed, more };  // memory around the input that the kernel may count on

// "" when every output is within its rounding bound; else the first that is not, with the problem and the schedule.
std::string run_and_compare(const ConvProblem& problem, const Schedule& schedule, const Target& target,
                            BorderGiven given, std::uint32_t seed);

// All outputs with weights that are positive and inputs that are random, or all the same. REQUIRES: channels in whole blocks, no pads.
std::vector<float> outputs(const ConvProblem& problem, const Schedule& schedule, const Target& target,
                           std::optional<float> input = std::nullopt, const Loop& loop = serial_loop());

ConvProblem random_problem(std::mt19937& random);
ConvProblem random_depthwise(std::mt19937& random);
std::vector<Target> targets_here();  // those that this processor has

}  // namespace dlas::algorithm
