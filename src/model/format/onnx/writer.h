// Graph -> ONNX model. The graph must be in the operators of ONNX already (compiler/export brings it there).
#pragma once

#include <optional>
#include <string>

#include "model/graph/graph.h"

namespace dlas::onnx {

struct WriteOptions {
  std::optional<std::int64_t> opset;  // nothing: 17, or the smallest later one that has all operators
  std::string producer = "dlas", producer_version;
};

// Equal graphs give equal bytes. Metadata of the graph is kept, but for what describes another file ("onnx.*").
// Errors: usage for an opset outside 13 to 28; unsupported, with all nodes that the opset or ONNX has no operator for; limit
// when the model would exceed the 2 GiB of a message.
Result<std::string> to_bytes(const Graph& graph, const WriteOptions& options = {});

// The same into a file, whole or not at all.  Errors: also of write_file.
Status write(const Graph& graph, std::string_view path, const WriteOptions& options = {});

}  // namespace dlas::onnx
