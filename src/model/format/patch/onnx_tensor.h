// The messages of ONNX that hold a tensor or an attribute, with another content.
#pragma once

#include <string>

#include "base/tensor.h"
#include "model/format/onnx/proto.h"
#include "model/graph/attribute.h"

namespace dlas::patch {

// The TensorProto with the content of `tensor`, in the same field where that can be. Its other fields stay.
Result<std::string> tensor_with(onnx::Message proto, const Tensor& tensor);

// The NodeProto with one attribute of that value: in its place, or behind the others when it was not there.
Result<std::string> node_with(onnx::Message proto, const NamedAttribute& attribute);
Result<std::string> node_without(onnx::Message proto, std::string_view attribute);

// The NodeProto with other names of inputs.
Result<std::string> node_reading(onnx::Message proto, const std::vector<std::string>& inputs);

}  // namespace dlas::patch
