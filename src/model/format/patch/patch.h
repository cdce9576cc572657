// The file of a model with the changes that turned its graph into another one, and nothing else changed.
//
// In this folder: patch.h (what others use), changes.h (what differs between two graphs), in_place.h (bytes over bytes),
// onnx.cpp (protobuf fields), tflite.cpp (flatbuffer fields), stored.cpp (tensors of Keras, PyTorch and safetensors files).
// A change is put where the value or node came from (Provenance); what a format cannot hold, or what the reader computed and
// the file does not have, is refused by name.
#pragma once

#include <string>

#include "base/file.h"
#include "model/graph/graph.h"

namespace dlas {

struct PatchedFile {
  std::string bytes;
  bool needs_neighbours = false;  // reads other files beside it, as the original does
};

// `before` is what load() made of the file, `after` a version of it whose values and nodes have kept their names.
// Errors: unsupported with the node or value; of reading the file; limit.
Result<PatchedFile> patched(const File& file, const Graph& before, const Graph& after);

}  // namespace dlas
