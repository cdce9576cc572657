// TFLite files: fields of the flatbuffer.
#pragma once

#include "base/file.h"
#include "model/format/patch/changes.h"

namespace dlas::patch {

// Buffers, options of operators, quantisation, wiring and outputs in place; what takes more room, or was not stored because it
// had its default, is appended and the offset to it changed. Deleted operators leave the list, their tensors stay.
// Errors: unsupported for new operators and tensors, for attributes that the schema has no field for (pads: only SAME and VALID),
// and for a buffer that another tensor shares.
Result<std::string> patch_tflite(const File& file, const Graph& before, const Graph& after);

}  // namespace dlas::patch
