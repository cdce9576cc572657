// AttributeProto -> AttributeValue.
#pragma once

#include "model/format/onnx/proto.h"
#include "model/format/onnx/tensor.h"
#include "model/graph/attribute.h"

namespace dlas::onnx {

// The kind of an attribute, also where old files leave `type` out: then the field that is set tells it.
AttributeKind kind_of(const AttributeProto& proto);
bool holds_graph(const AttributeProto& proto);

// Errors: unsupported for graphs, sparse tensors, lists of tensors and types; of load_tensor.
Result<AttributeValue> load_attribute(const AttributeProto& proto, const File& file);

}  // namespace dlas::onnx
