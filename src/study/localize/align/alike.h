// Whether two nodes have the same parameters, but for rounding, quantisation and the scale of channels.
#pragma once

#include <span>

#include "study/localize/align/sketch.h"

namespace dlas::study::localize {

// Their sketches agree within half a percent (the same numbers in any order), or the numbers themselves correlate by more than 0.8
// in one order of axes. Trainings from other random starts do neither: their weights correlate by about 1 / sqrt(count).
bool parameters_alike(const Graph& graph_a, const Node& a, const Sketch& of_a, const Graph& graph_b, const Node& b,
                      const Sketch& of_b);

// Of the same counts: sum of products over the root of the sums of squares, 0 where one is 0.
double correlation(std::span<const float> a, std::span<const float> b);

}  // namespace dlas::study::localize
