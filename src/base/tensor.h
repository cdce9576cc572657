// Typed n-dimensional data: row-major, contiguous, owning its bytes or a view into memory that something else keeps.
//
// Copying a Tensor copies a reference. Tensors are read-only once shared; whoever makes one writes it through
// `mutable_as` before handing it on. Views keep their owner (a mapped file) alive.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>

#include "base/dtype.h"
#include "base/result.h"
#include "base/shape.h"

namespace dlas {

class Tensor {
 public:
  Tensor() = default;  // absent: dtype none, no bytes

  // A zero-filled tensor. Errors: kLimit when the size overflows or exceeds Limits::elements or live_bytes.
  static Result<Tensor> zeros(DType dtype, Shape shape);

  // The same for shapes that are known to be small and valid (tests, scalars, shapes computed by our own code).
  static Tensor make(DType dtype, Shape shape);

  // A view of foreign bytes that `owner` keeps alive. Errors: `bytes` shorter than the shape needs, or longer.
  // Bytes that are not aligned for the element type stay where they are until `as` asks for elements; then they are
  // copied once, for all tensors that share the view.
  static Result<Tensor> view(DType dtype, Shape shape, std::span<const std::byte> bytes,
                             std::shared_ptr<const void> owner);

  template <typename T>
  static Tensor of(Shape shape, std::span<const T> values);
  template <typename T>
  static Tensor of(Shape shape, std::initializer_list<T> values) {
    return of<T>(std::move(shape), std::span<const T>(values.begin(), values.size()));
  }
  template <typename T>
  static Tensor scalar(T value) {
    return of<T>({}, {value});
  }
  static Tensor of_i64(std::span<const std::int64_t> values);  // one-dimensional

  bool absent() const { return dtype_ == DType::none; }
  DType dtype() const { return dtype_; }
  const Shape& shape() const { return shape_; }
  std::int64_t dim(std::size_t axis) const { return shape_[axis]; }
  std::size_t rank() const { return shape_.size(); }
  std::int64_t count() const { return count_; }
  std::span<const std::byte> bytes() const { return {data_, size_}; }
  bool owns() const { return owning_; }

  // REQUIRES: dtype() == dtype_of<T>() (checked).
  template <typename T>
  std::span<const T> as() const {
    check(dtype_ == dtype_of<T>(), "a tensor is read as its own type");
    return {reinterpret_cast<const T*>(late_ ? late_elements() : data_), static_cast<std::size_t>(count_)};
  }
  // REQUIRES: owns(), and nobody else holds the tensor yet.
  template <typename T>
  std::span<T> mutable_as() {
    check(dtype_ == dtype_of<T>() && owning_, "a tensor is written as its own type by its owner");
    return {reinterpret_cast<T*>(const_cast<std::byte*>(data_)), static_cast<std::size_t>(count_)};
  }
  std::span<std::byte> mutable_bytes() {
    check(owning_, "only an owning tensor is written");
    return {const_cast<std::byte*>(data_), size_};
  }

  // Any element as a number, converted; also from packed types.  REQUIRES: 0 <= i < count().
  double number(std::int64_t i) const;
  std::int64_t integer(std::int64_t i) const;  // floats are truncated toward zero and saturated
  std::vector<std::int64_t> integers() const;

  // The same elements under another shape of equal count; shares the bytes.  REQUIRES: counts agree.
  Tensor reshaped(Shape shape) const;
  // int4 -> int8 and uint4 -> uint8; any other tensor unchanged.
  Tensor widened() const;
  // int8 -> int4 and uint8 -> uint4 by keeping the low half byte; REQUIRES: `packed` is i4 or u4 and fits the type.
  Tensor packed(DType packed) const;
  // An owning copy.
  Tensor clone() const;
  // float64 copy of any tensor.
  Tensor to_f64() const;

  bool same_bits(const Tensor& other) const;  // dtype, shape and bytes

 private:
  struct LateCopy;
  const std::byte* late_elements() const;

  std::shared_ptr<const void> owner_;
  std::shared_ptr<LateCopy> late_;  // of a view that is not aligned
  const std::byte* data_ = nullptr;
  std::size_t size_ = 0;
  std::int64_t count_ = 0;
  Shape shape_;
  DType dtype_ = DType::none;
  bool owning_ = false;
};

std::string text(const Tensor& tensor);  // "float32 [1,3,224,224]"

// Largest owning allocation so far, in bytes; tests compare it with the input's size.
std::uint64_t largest_tensor_request();
void reset_largest_tensor_request();

template <typename T>
Tensor Tensor::of(Shape shape, std::span<const T> values) {
  Tensor t = make(dtype_of<T>(), std::move(shape));
  check(static_cast<std::size_t>(t.count()) == values.size(), "as many values as the shape has elements");
  std::copy(values.begin(), values.end(), t.template mutable_as<T>().begin());
  return t;
}

}  // namespace dlas
