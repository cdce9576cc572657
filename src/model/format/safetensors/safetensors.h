// safetensors: a length, a JSON table of tensors, their bytes. Tensors without an architecture: a graph of constants alone.
//                                                                   safetensors 0.6, format described in its README
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "base/file.h"
#include "model/graph/graph.h"

namespace dlas::safetensors {

// A length that fits the file and the brace that opens the table.
bool is_safetensors(std::span<const std::byte> bytes);

// Errors: format for a table that is no JSON, offsets that overlap, leave holes or do not fit the shape; truncated for a
//         file that ends too early; limit for a table beyond 100 MB, as in the format's own reader; unsupported for types
//         that dlas has not.
Result<Graph> read(std::span<const std::byte> bytes, const std::shared_ptr<const void>& owner, std::string_view path);
Result<Graph> read(const File& file);

}  // namespace dlas::safetensors
