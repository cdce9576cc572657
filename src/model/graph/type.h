// What a value is: element type, shape with fixed or symbolic sizes, axis labels, quantisation.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/dtype.h"
#include "base/shape.h"
#include "base/tensor.h"

namespace dlas {

// One size of a shape: fixed, or unknown, or unknown with a name ("batch"). Arithmetic with an unknown size is unknown.
class Dim {
 public:
  Dim() = default;
  Dim(std::int64_t size) : size_(size) { check(size >= 0, "a size is not negative"); }  // NOLINT: implicit on purpose
  static Dim symbol(std::string name) {
    Dim d;
    d.name_ = std::move(name);
    return d;
  }
  bool known() const { return size_ >= 0; }
  std::int64_t size() const {  // REQUIRES: known()
    check(known(), "the size of an axis is known here");
    return size_;
  }
  const std::string& name() const { return name_; }
  bool operator==(const Dim&) const = default;

 private:
  std::int64_t size_ = -1;
  std::string name_;
};

bool may_equal(const Dim& a, const Dim& b);             // false only when both are known and differ
std::optional<Dim> merged(const Dim& a, const Dim& b);  // the one that says more; nothing when they contradict
Dim sum(const Dim& a, const Dim& b);
Dim product(const Dim& a, const Dim& b);
std::string text(const Dim& dim);  // "224", "batch", "?"

// value = scale * (stored - zero_point), per tensor (axis -1, one scale) or per slice of one axis.
struct Quantization {
  int axis = -1;
  int bits = 8;                           // significant bits of the stored integers
  std::vector<double> scales;             // positive and finite
  std::vector<std::int64_t> zero_points;  // as many as scales, inside the range of the dtype
  bool per_axis() const { return axis >= 0; }
  bool operator==(const Quantization&) const = default;
};

struct Type {
  DType dtype = DType::none;                         // none: absent, or not known yet
  std::optional<std::vector<Dim>> dims;              // nothing: even the rank is unknown
  std::string axes;                                  // one letter an axis ("NCHW"), or empty
  std::shared_ptr<const Quantization> quantization;  // null: plain numbers

  Type() = default;
  Type(DType d, std::vector<Dim> s) : dtype(d), dims(std::move(s)) {}
  static Type of(const Tensor& tensor);
  static Type unranked(DType dtype);

  bool ranked() const { return dims.has_value(); }
  std::size_t rank() const { return dims->size(); }                 // REQUIRES: ranked()
  const Dim& dim(std::size_t axis) const { return (*dims)[axis]; }  // REQUIRES: ranked(), axis < rank()
  bool fixed() const;                                               // every size is known
  Shape shape() const;                                              // REQUIRES: fixed()
  std::optional<std::int64_t> count() const;                        // elements, when fixed
  std::optional<std::uint64_t> bytes() const;
  bool is_scalar_like() const;  // fixed, one element
  bool quantized() const { return quantization != nullptr; }
  Type with_dtype(DType d) const;  // plain, same shape and axes
  Type plain() const;              // without quantisation and axes
  bool operator==(const Type& other) const;
};

std::string text(const Type& type);  // "f32 [batch,3,224,224]", "i8 [1,10] q(0.5,-3)", "f32 [?]" when unranked
std::string text(const Quantization& quantization);

// Broadcast of two ranked shapes with unknown sizes; nothing when two known sizes contradict.
std::optional<std::vector<Dim>> broadcast(const std::vector<Dim>& a, const std::vector<Dim>& b);

// An axis attribute, negative counted from the end, as an index below `rank`; nothing when outside.
std::optional<std::size_t> normalized_axis(std::int64_t axis, std::size_t rank);

}  // namespace dlas
