// TensorFlow's files -> graphs, without TensorFlow: frozen graphs (GraphDef) and SavedModel folders.
//
// In this folder: proto.h (the messages), tensor.h, build.h (the graph on its way), network.h (names, functions, variables,
// control flow), convert.h (operator by operator), crc32c.h, table.h and bundle.h (variables of a SavedModel), saved_model.h.
// Layouts stay as in the file. Constants are views into the file. No code of a file runs.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/file.h"
#include "base/hash.h"
#include "model/graph/graph.h"

namespace dlas::tensorflow {

// A GraphDef begins with a node, a node with its name and its operator.
bool is_graph(std::string_view bytes);
// A SavedModel begins with its version, 1, and a MetaGraphDef with its description.
bool is_saved_model(std::string_view bytes);
bool is_saved_model_folder(std::string_view path);  // it holds saved_model.pb

// A frozen graph: its inputs are the placeholders, its outputs what no node reads. Operators that dlas does not know stay in
// the graph with op == nullptr and a note. Types are inferred, small constants folded, the graph verified.
// Errors: of the wire format; of tensors; of wiring; of type rules; limits.
Result<Graph> read_graph(const File& file);
Result<Graph> read_graph(std::string_view bytes, std::shared_ptr<const void> owner, std::string_view path);

struct Read {
  Graph graph;
  Hash content;  // of all files that were read
};

// The signature `signature` (empty: serving_default, or the only one) of a SavedModel. `path` is the folder, or saved_model.pb
// in it; files are opened only below that folder.
// Errors: also of the table of variables and their shards; not_found for a signature that is not there.
Result<Read> read_saved_model(std::string_view path, std::string_view signature);

}  // namespace dlas::tensorflow
