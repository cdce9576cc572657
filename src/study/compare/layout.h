// The same values in another order of axes: NHWC in one model, NCHW in the other.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/tensor.h"
#include "model/graph/graph.h"

namespace dlas::study {

// Ways to read a tensor of shape `b` so that it has shape `a` up to axes of size 1: {} is element by element; else axis i of
// the result is axis order[i] of `b`. At most the identity and the moves of channels between front and back.
using AxisOrder = std::vector<std::size_t>;
std::vector<AxisOrder> possible_orders(std::span<const std::int64_t> a, std::span<const std::int64_t> b);

// Whether a value has the numbers of its producer's first input, moved or stored in another way; an input of the graph has.
bool only_moves_data(const Graph& graph, const Value& value);

// float32 in another order of axes; {} shares the bytes.
Tensor reordered(const Tensor& tensor, const AxisOrder& order);

}  // namespace dlas::study
