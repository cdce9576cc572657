// A node's inputs, outputs and attributes in the form that the kernels take.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/graph/operator.h"
#include "model/op/quantized/convolution.h"
#include "model/op/traits.h"

namespace dlas::op::quantized {

// An input with its scales as the float32 that the file holds.
struct Operand {
  Tensor tensor;
  std::vector<float> scales;
  std::int32_t zero = 0;
  Input input() const { return {&tensor, scales, zero}; }
};

// Errors: not quantised; zero points that differ between channels; a type that the kernels do not take.
Result<Operand> operand(const Call& call, std::size_t slot);

// The output with the node's attribute `activation`.  Errors: not quantised; an activation that is no clamp.
Result<Output> output(const Call& call);

// True when the node makes floats: only its weights are quantised, which Op::run can compute.
bool makes_floats(const Call& call);

// Attributes by name, with the value for an absent one.
class Named {
 public:
  explicit Named(const Call& call) : list_(call.site.set.list()) {}
  std::int64_t integer(std::string_view name, std::int64_t absent) const;
  double real(std::string_view name, double absent) const;
  std::string text(std::string_view name, std::string_view absent) const;
  std::vector<std::int64_t> integers(std::string_view name) const;

 private:
  const AttributeValue* find(std::string_view name) const;
  AttributeList list_;
};

// Strides, dilations and padding of the two spatial axes; `in` and `out` are the sides that padding relates: of x and y
// for a convolution, of y and x for a transposed one.
Window window(const Named& named, const Shape& in, const Shape& out, std::int64_t kernel_h, std::int64_t kernel_w);

// Errors: a layout other than NHWC, or not four axes.
Status check_pictures(const Call& call, const Named& named, std::size_t slot);

}  // namespace dlas::op::quantized
