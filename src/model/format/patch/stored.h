// Files of which only tensors are patched: Keras (.keras, .h5), PyTorch (.pt, .pth, .pt2) and safetensors.
#pragma once

#include "base/file.h"
#include "model/format/patch/changes.h"

namespace dlas::patch {

// Errors: unsupported for everything but tensors of the same type and shape that stand in one piece; of the archive.
Result<std::string> patch_stored(const File& file, const Graph& before, const Graph& after);

}  // namespace dlas::patch
