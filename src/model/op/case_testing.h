// One operator on given inputs, for tests: type rule, executor and kernel as in a graph of one node.
#pragma once

#include <string>
#include <vector>

#include "model/op/op.h"

namespace dlas::op::testing {

// By output; inputs may be absent tensors. The node is called "n".
Result<std::vector<Tensor>> computed(const Op& op, const AttributeList& attributes, const std::vector<Tensor>& inputs,
                                     std::size_t outputs = 1);

// What computed() refuses with, whole; empty when it does not.
std::string refusal(const Op& op, const AttributeList& attributes, const std::vector<Tensor>& inputs,
                    std::size_t outputs = 1);

// The rule alone, as text of the first output; contents of inputs are what `contents` holds, or unknown.
std::string inferred(const Op& op, const AttributeList& attributes, const Types& types,
                     const std::vector<Tensor>& contents = {}, std::size_t outputs = 1);

// "float32 [2] 1 2": dtype, shape and elements; the refusal when there is one.
std::string shown(const Op& op, const AttributeList& attributes, const std::vector<Tensor>& inputs,
                  std::size_t outputs = 1);

Tensor f32(Shape shape, std::vector<float> values);
Tensor i64(Shape shape, std::vector<std::int64_t> values);
Tensor list(std::vector<std::int64_t> values);  // int64, one axis

}  // namespace dlas::op::testing
