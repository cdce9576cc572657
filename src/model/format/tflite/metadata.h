// What a TFLite file says about its pictures: normalisation, colour, and label files in the archive at its end.
//
// Source: the metadata schema of tflite-support (identifier M001) in the buffer that the model's entry TFLITE_METADATA
// names; associated files are members of a zip archive appended to the model.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/result.h"

namespace dlas::tflite {

struct AssociatedFile {
  std::string name;
  bool labels = false;  // one label a line, for an axis or for values of the tensor
};

struct TensorMetadata {
  std::string name, description;
  std::vector<float> mean, std;  // (value - mean) / std, one number or one per channel; empty when not stated
  bool grayscale = false, rgb = false;
  std::vector<AssociatedFile> files;
};

struct Metadata {
  std::string name, description, author, license;
  std::vector<TensorMetadata> inputs, outputs;  // in the order of the subgraph's
  // Labels of the first output that names a label file, found in the archive; empty when there are none.
  std::string label_file;
  std::vector<std::string> labels;
};

// `metadata` is the buffer's content, `file` the whole model file. Errors: those of the flatbuffer and the archive;
// not_found when the metadata names a label file that the archive lacks.
Result<Metadata> read_metadata(std::span<const std::byte> metadata, std::span<const std::byte> file);

}  // namespace dlas::tflite
