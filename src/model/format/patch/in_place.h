// Bytes over bytes of the same number, and the checks that stand over them.
#pragma once

#include <cstdint>
#include <string>

#include "base/tensor.h"
#include "model/graph/graph.h"

namespace dlas::patch {

// Copies the new content of a constant over the old one where the file has it.
// Errors: unsupported when the file does not hold it in one piece, in row order and as the tensor has it, or when the new one
// is of another type or takes another number of bytes.
Status overwrite(std::string& file, const Value& before, const Value& after);

// Writes the CRCs anew of all stored members of a zip archive in [begin, end) of `file`, archives inside them included,
// whose bytes were changed.  Errors: unsupported for a changed member that is compressed; of the archive.
Status refresh_zip(std::string& file, const std::string& original);

}  // namespace dlas::patch
