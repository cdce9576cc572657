// Fixed shapes: sizes of each axis, outermost first. (Shapes with unknown sizes are model/graph/type.h.)
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/dtype.h"

namespace dlas {

using Shape = std::vector<std::int64_t>;
using Strides = std::vector<std::int64_t>;  // in elements

std::string text(std::span<const std::int64_t> shape);  // "[1,3,224,224]"

// Elements of a shape. REQUIRES: non-negative sizes whose product fits (a Tensor's shape always does).
std::int64_t count(std::span<const std::int64_t> shape);

// Bytes of a tensor, packed types rounded up to whole bytes. Nothing on a negative size or overflow.
std::optional<std::uint64_t> byte_size(DType dtype, std::span<const std::int64_t> shape);

Strides row_major(std::span<const std::int64_t> shape);

// NumPy broadcasting of two shapes; nothing when they do not fit.
std::optional<Shape> broadcast(std::span<const std::int64_t> a, std::span<const std::int64_t> b);

// Strides that walk `from` as if it had the broadcast shape `to`: 0 along repeated axes.
Strides broadcast_strides(std::span<const std::int64_t> from, std::span<const std::int64_t> to);

// Walks all index vectors of a shape in row-major order while keeping up to N running offsets.
// for (Walk<2> w(shape, {sa, sb}); !w.done(); w.next()) use(w.offset(0), w.offset(1));
template <int N>
class Walk {
 public:
  Walk(std::span<const std::int64_t> shape, std::array<Strides, N> strides)
      : shape_(shape.begin(), shape.end()),
        strides_(std::move(strides)),
        index_(shape.size(), 0),
        left_(count(shape)) {}
  bool done() const { return left_ == 0; }
  std::int64_t offset(int i) const { return offsets_[i]; }
  std::span<const std::int64_t> index() const { return index_; }
  void next() {
    --left_;
    for (std::size_t axis = shape_.size(); axis-- > 0;) {
      for (int i = 0; i < N; ++i) offsets_[i] += strides_[i][axis];
      if (++index_[axis] < shape_[axis]) return;
      for (int i = 0; i < N; ++i) offsets_[i] -= strides_[i][axis] * shape_[axis];
      index_[axis] = 0;
    }
  }

 private:
  Shape shape_;
  std::array<Strides, N> strides_;
  Shape index_;
  std::int64_t offsets_[N] = {};
  std::int64_t left_;
};

}  // namespace dlas
