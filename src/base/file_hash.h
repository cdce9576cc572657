// The hash of a whole mapped file, without keeping the file in memory.
#pragma once

#include "base/file.h"
#include "base/hash.h"

namespace dlas {

// The same as hash_of(file.bytes()). Pages are given back to the system as soon as they are read, so that showing a model of
// half a gigabyte does not hold half a gigabyte.
Hash hash_of_file(const File& file);

}  // namespace dlas
