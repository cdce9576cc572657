#include "model/format/format.h"

#include "base/file.h"
#include "base/file_hash.h"
#include "model/format/keras/reader.h"
#include "model/format/onnx/reader.h"
#include "model/format/safetensors/safetensors.h"
#include "model/format/tensorflow/reader.h"
#include "model/format/tflite/reader.h"
#include "model/format/torch/reader.h"

namespace dlas {
namespace {

// The identifier of a flatbuffer stands behind its root offset.
bool is_tflite(std::string_view bytes) { return bytes.size() >= 8 && bytes.substr(4, 4) == "TFL3"; }

// A ModelProto begins with field 1 (ir_version, a number) in practice, or with another field of the message.
bool is_onnx(std::string_view bytes, std::string_view path) {
  if (extension_of(path) == ".onnx") return true;
  return bytes.size() >= 2 && bytes[0] == '\x08' && bytes[1] > 0 && bytes[1] < 32;
}

Result<Graph> read(const File& file, std::string& format) {
  if (is_tflite(file.chars())) {
    format = "TFLite";
    return tflite::read(file);
  }
  if (keras::is_keras(file.bytes())) {
    format = "Keras";
    return keras::read(file);
  }
  if (extension_of(file.path()) == ".safetensors" || safetensors::is_safetensors(file.bytes())) {
    format = "safetensors";
    return safetensors::read(file);
  }
  if (torch::is_torch(file.bytes())) {
    DLAS_ASSIGN(torch::Read read, torch::read(file));
    format = "PyTorch " + read.format;
    return std::move(read.graph);
  }
  if (tensorflow::is_graph(file.chars())) {
    format = "TensorFlow GraphDef";
    return tensorflow::read_graph(file);
  }
  format = "ONNX";
  if (is_onnx(file.chars(), file.path())) return onnx::read(file);
  return make_error(Code::format, "a model of a format that dlas reads", "something else").in(file.path());
}

}  // namespace

Result<Model> load(std::string_view path, std::string_view signature) {
  Model model;
  model.path = path;
  const bool folder = tensorflow::is_saved_model_folder(path);
  File file;
  if (!folder) {
    DLAS_ASSIGN(file, open_file(path));
  }
  if (folder || tensorflow::is_saved_model(file.chars())) {
    DLAS_ASSIGN(tensorflow::Read read, tensorflow::read_saved_model(path, signature));
    model.format = "TensorFlow SavedModel";
    model.graph = std::move(read.graph);
    model.content = read.content;
    return model;
  }
  if (!signature.empty()) return make_error(Code::usage, "a SavedModel, which has signatures", "another file").in(path);
  DLAS_ASSIGN(model.graph, read(file, model.format));
  model.content = hash_of_file(file);
  return model;
}

}  // namespace dlas
