// How one tensor becomes another.
#pragma once

#include "study/repair/edit.h"

namespace dlas::study {

// Errors: mismatch when the change does not fit the tensor; limit.
Result<Tensor> changed(const Tensor& tensor, const TensorChange& change);

// The change that undoes it, which is exact to the bit: the inverse order of axes or slices, else a copy of `tensor`.
// REQUIRES: changed(tensor, change) is no error.
TensorChange undone(const Tensor& tensor, const TensorChange& change);

// The shortest change from one to the other, exact to the bit: other sizes or another order of axes, of slices along one axis
// (channels, a flipped kernel), one factor or one a slice, else a copy.
TensorChange shortest_change(const Tensor& before, const Tensor& after);

// As an edit of the value that has `before`.
SetTensor set_tensor(std::string value, const Tensor& before, const Tensor& after);

std::uint64_t description_length(const TensorChange& change);

}  // namespace dlas::study
