// The messages of onnx.proto from what the graph IR has. Field numbers: onnx.proto of ONNX 1.23, as proto.h.
#pragma once

#include <string>

#include "model/format/onnx/encode.h"
#include "model/graph/graph.h"

namespace dlas::onnx {

// TensorProto.DataType of a type that the IR has.
std::int64_t data_type_of(DType dtype);

// The tensor's bytes stay where they are: it must outlive the message.
Encoder tensor_message(std::string_view name, const Tensor& tensor);
Encoder value_message(const Value& value, std::string_view name);
// Numbers become 32-bit floats, as ONNX has no others.
Encoder attribute_message(const NamedAttribute& attribute);

}  // namespace dlas::onnx
