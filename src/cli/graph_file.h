// The graph of a model as a file: a picture, Graphviz's language, or text.
#pragma once

#include <string>

#include "model/graph/graph.h"

namespace dlas::cli {

// By the ending of `path`: .svg, .dot or .txt. A picture of a large graph is folded unless `expand` asks for all of it.
// Errors: usage for another ending; limit for a picture with too many boxes; io, as write_file.
Status write_graph(const Graph& graph, const std::string& path, bool expand);

}  // namespace dlas::cli
