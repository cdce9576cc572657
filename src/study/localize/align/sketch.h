// What of a node's parameters does not depend on the order in which a file stores them, nor on the scale of a channel.
#pragma once

#include <array>
#include <optional>

#include "model/graph/graph.h"

namespace dlas::study::localize {

// Moments of numbers divided by their root mean square: mean, mean |x|, mean x^3, fourth root of the mean x^4, least, largest.
using Moments = std::array<double, 6>;

struct Sketch {
  std::int64_t count = 0;
  double rms = 0;
  Moments plain{};
  std::optional<Moments> by_channel;  // each output channel divided by its own root mean square; of linear operators
  double bias_rms = 0;
};

// Of all float constants that the node reads; nothing when it has none of more than one number.
std::optional<Sketch> sketch_of(const Graph& graph, const Node& node);

// 0 for equal parameters, 1 and more for unrelated ones; infinite when they are not as many.
double distance(const Sketch& a, const Sketch& b);         // scale counts
double scaled_distance(const Sketch& a, const Sketch& b);  // it does not, nor that of each channel

}  // namespace dlas::study::localize
