// Numbers that go with channels: vectors that are broadcast along one axis, and the weights of convolutions by channel.
// All arithmetic on weights is float64 and rounded once.
#pragma once

#include <optional>
#include <vector>

#include "model/graph/graph.h"
#include "model/op/conv.h"

namespace dlas::compiler {

// A plain float constant whose shape is broadcast against `type` without making it larger and varies along `axis` only: one
// number for each of the `channels`. Nothing otherwise.
std::optional<std::vector<double>> channel_vector(const Graph& graph, ValueId constant, const Type& type,
                                                  std::size_t axis, std::int64_t channels);

// Weights by role, with a rule for every order of axes: w'(o, i, tap) = w(o, i, tap) out_scale[o] in_scale[i].
// `i` counts the input channels of all groups. REQUIRES: vectors of as many numbers as there are channels.
Tensor scaled_filter(const op::ConvAttributes& conv, const Tensor& w, const std::vector<double>& out_scale,
                     const std::vector<double>& in_scale);
// For each output channel the sum over i and taps of w(o, i, tap) shift[i].
std::vector<double> filter_sums(const op::ConvAttributes& conv, const Tensor& w, const std::vector<double>& shift);

std::int64_t out_channels(const op::ConvAttributes& conv, const Shape& w);
std::int64_t in_channels(const op::ConvAttributes& conv, const Shape& w);  // of all groups
// The axis along which weights of two convolutions are put together; nothing for HWCM, where it is two.
std::optional<std::size_t> out_axis(op::Filter filter, std::size_t rank);

// Rounded once to `dtype`.
Tensor rounded(DType dtype, Shape shape, const std::vector<double>& values);
// The numbers, or zeros where the tensor is null.
std::vector<double> numbers(const Tensor* tensor, std::size_t count);

}  // namespace dlas::compiler
