// The weights of a linear operator in one order, whatever its file's order is: [output channel][input channel of the group][places].
#pragma once

#include <optional>
#include <vector>

#include "model/graph/graph.h"

namespace dlas::study::localize {

struct Weights {
  ValueId value = kNone;  // the constant in the graph
  std::int64_t out = 0, in = 0, places = 1;
  std::int64_t group = 1;
  std::vector<float> numbers;  // out x in x places
  std::vector<float> bias;     // out numbers, or empty
};

// Of Conv, FullyConnected, Gemm, and MatMul by a constant matrix; nothing for another node.
std::optional<Weights> weights_of(const Graph& graph, const Node& node);

}  // namespace dlas::study::localize
