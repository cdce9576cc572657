// Model files of any format that dlas reads. format.cpp tells formats apart by content, not by name.
#pragma once

#include <string>
#include <string_view>

#include "base/hash.h"
#include "model/graph/graph.h"

namespace dlas {

struct Model {
  Graph graph;
  std::string format;  // "ONNX" or "TFLite"
  std::string path;    // as the user gave it
  Hash content;        // of the whole file
};

// Errors: of open_file and of the reader; Code::format for content of no known format.
Result<Model> load(std::string_view path);

}  // namespace dlas
