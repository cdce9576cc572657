// Between stored elements and the float64 numbers that the reference kernels compute with.
#pragma once

#include <span>
#include <vector>

#include "model/op/fused_activation.h"

namespace dlas::op {

// All elements of an input as float64; a quantised input gives the real values it stands for.
std::vector<double> reals(const Call& call, std::size_t slot);
std::vector<double> reals(const Tensor& tensor);

// Applies a fused function to every number.
void activate(Activation activation, std::span<double> values);

// Rounds once to the type of `out`; integers are rounded half to even and saturated.
void store(std::span<const double> values, Tensor& out);

// Rounded half to even and clamped to the range of an integer type; NaN becomes 0.
std::int64_t to_integer(double value, DType dtype);

// Float, or quantised integers that stand for real numbers.
bool is_real(const Type& type);

// Errors: an input that is not real, or a float of another type than that of input 0.
Status check_real(const Site& site, const Types& in, std::size_t slot);

// Errors: an input that has not `rank` axes.
Status check_rank(const Site& site, const Types& in, std::size_t slot, std::size_t rank);

// Errors: input `slot` is there and is not one axis of `size` elements.
Status check_vector(const Site& site, const Types& in, std::size_t slot, const Dim& size);

}  // namespace dlas::op
