// Options of custom operators: a map of numbers in the FlexBuffers format (schemaless, part of FlatBuffers).
#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>

#include "base/result.h"

namespace dlas::tflite {

// The numbers and truth values of the map at the root, by key; entries of other kinds are left out.
// Errors: the root is no map; an offset or size outside the bytes.
Result<std::map<std::string, double>> read_options(std::span<const std::byte> bytes);

}  // namespace dlas::tflite
