// PyTorch's files. One zip archive may be an exported program, a TorchScript module or a dict of tensors; before torch 1.6 a dict
// of tensors was a row of pickles. No code of a file runs: pickles are data, source is parsed and resolved.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/file.h"
#include "model/graph/graph.h"

namespace dlas::torch {

// A zip archive or the magic number of older files.
bool is_torch(std::span<const std::byte> bytes);

struct Read {
  Graph graph;
  std::string format;  // "exported program", "TorchScript", "state dict"
};

// Errors: what a file must not hold, named; of its parts.
Result<Read> read(std::span<const std::byte> bytes, std::shared_ptr<const void> owner, std::string_view path);
Result<Read> read(const File& file);

}  // namespace dlas::torch
