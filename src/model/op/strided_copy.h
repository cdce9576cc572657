// Moving elements of any type between places that strides describe: what most operators of list_shape.h do.
#pragma once

#include "base/tensor.h"

namespace dlas::op {

// One side of a move: a first element and a stride for each axis, in elements; strides may be 0 or negative.
struct Place {
  std::int64_t offset = 0;
  Strides strides;
};

// to[place(i)] = from[place(i)] for every index i of `shape`.
// Requires: both tensors have elements of the same whole bytes; all places lie inside.
void strided_copy(const Tensor& from, const Place& source, Tensor& to, const Place& target, const Shape& shape);

// The bytes of `from` as they are. Requires: as many bytes.
void copy_bytes(const Tensor& from, Tensor& to);

// One element. Requires: as strided_copy.
void copy_element(const Tensor& from, std::int64_t source, Tensor& to, std::int64_t target);

}  // namespace dlas::op
