#include "model/format/patch/patch.h"

#include "model/format/keras/reader.h"
#include "model/format/patch/onnx.h"
#include "model/format/patch/stored.h"
#include "model/format/patch/tflite.h"
#include "model/format/safetensors/safetensors.h"
#include "model/format/torch/reader.h"

namespace dlas {
namespace {

bool is_tflite(std::string_view bytes) { return bytes.size() >= 8 && bytes.substr(4, 4) == "TFL3"; }

bool is_stored(const File& file) {
  return keras::is_keras(file.bytes()) || extension_of(file.path()) == ".safetensors" ||
         safetensors::is_safetensors(file.bytes()) || torch::is_torch(file.bytes());
}

// The same order of questions as that of load().
Result<PatchedFile> rewritten(const File& file, const Graph& before, const Graph& after) {
  PatchedFile out;
  if (is_tflite(file.chars())) {
    DLAS_ASSIGN(out.bytes, patch::patch_tflite(file, before, after));
  } else if (is_stored(file)) {
    DLAS_ASSIGN(out.bytes, patch::patch_stored(file, before, after));
  } else {
    return patch::patch_onnx(file, before, after);
  }
  return out;
}

}  // namespace

Result<PatchedFile> patched(const File& file, const Graph& before, const Graph& after) {
  auto out = rewritten(file, before, after);
  if (!out.ok()) return Error(out.error()).in(file.path());
  return out;
}

}  // namespace dlas
