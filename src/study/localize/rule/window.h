// The numbers of a window operator (Conv, pools), with what the graph's sizes decide resolved.
#pragma once

#include <optional>
#include <vector>

#include "model/graph/graph.h"

namespace dlas::study::localize {

struct WindowNumbers {
  std::vector<std::int64_t> kernel, strides, dilations, pads;  // pads: all begins, then all ends
  bool operator==(const WindowNumbers&) const = default;
};

// Nothing for another operator or open sizes.
std::optional<WindowNumbers> window_numbers(const Graph& graph, const Node& node);

}  // namespace dlas::study::localize
