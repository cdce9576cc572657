// A model in the format of another framework, and the proof that it still computes the same.
//
// In this folder: convert.h (graph to bytes), probes.h (inputs that no user has to give), check.h (both models on the probes).
// May include compiler, model and study/compare.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "compiler/compiler.h"
#include "model/graph/graph.h"

namespace dlas::study {

struct ConvertOptions {
  std::optional<std::int64_t> opset;  // of ONNX; nothing: 17, or the smallest later one that has all operators
  bool keep_io_layout = true;         // inputs and outputs keep their sizes; else they get the layout of the format
};

struct Converted {
  std::string format;                        // "ONNX"
  std::string bytes;                         // of the file
  std::vector<compiler::PassReport> passes;  // what was done to the graph
  Graph graph;                               // as it was written
  std::set<std::string> turned;              // inputs and outputs of the model whose channels stand elsewhere now
  std::size_t nodes_before = 0, nodes_after = 0;
};

// Formats that dlas writes, by the end of the file's name.
std::vector<std::string> written_extensions();

// The format follows from the end of `path`; nothing is written.
// Errors: usage for an end that is none of written_extensions(), or an opset that there is not; unsupported with all nodes that
// the format has no operator for.
Result<Converted> convert(const Graph& graph, std::string_view path, const ConvertOptions& options = {});

}  // namespace dlas::study
