// A new node for an ONNX file.
#pragma once

#include <string>
#include <vector>

#include "model/graph/graph.h"

namespace dlas::patch {

// The NodeProto of `node`, with the names that the file has for its inputs and outputs.
// Errors: unsupported for operators and attributes that the opset has not.
Result<std::string> onnx_node(const Graph& graph, const Node& node, const std::vector<std::string>& inputs,
                              const std::vector<std::string>& outputs, std::int64_t opset);

}  // namespace dlas::patch
