// Model files of any format that dlas reads. format.cpp tells formats apart by content, not by name.
#pragma once

#include <string>
#include <string_view>

#include "base/hash.h"
#include "model/graph/graph.h"

namespace dlas {

struct Model {
  Graph graph;
  std::string format;  // "ONNX", "TFLite", "TensorFlow SavedModel", ...
  std::string path;    // as the user gave it
  Hash content;        // of the whole file, or all files that were read
};

// A file, or the folder of a SavedModel, of which `signature` names one of several functions (empty: the usual one).
// Errors: of open_file and of the reader; Code::format for content of no known format; usage for a signature that the format
// does not have.
Result<Model> load(std::string_view path, std::string_view signature = {});

}  // namespace dlas
