// The attributes of a node that a file must name: those whose value is not the one that every reader supposes.
#pragma once

#include "model/graph/graph.h"

namespace dlas::onnx {

// Without those that are at their default and that an older opset or another framework does not know, and without empty ones.
AttributeList exported_attributes(const Node& node);

}  // namespace dlas::onnx
