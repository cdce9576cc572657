// ONNX files: fields of the protobuf messages.
#pragma once

#include "model/format/patch/patch.h"

namespace dlas::patch {

// Initializers in any of their forms, attributes, new, deleted and rewired nodes, outputs, metadata. Fields that dlas does not
// know are kept, all that is unchanged is written byte for byte and in its order. A tensor from another file comes into this
// one when it changes. Declared types of values that have another type now are left out.
// Errors: unsupported for nodes of functions and inner graphs, for what the reader made of other operators, for operators and
// attributes that the file's opset has not.
Result<PatchedFile> patch_onnx(const File& file, const Graph& before, const Graph& after);

}  // namespace dlas::patch
