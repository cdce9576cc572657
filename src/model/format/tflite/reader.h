// TFLite files -> graphs, without LiteRT or a flatbuffers library.
//
// In this folder: flatbuffer.h (bounded tables by field number), schema.h (the tables of a model as structs), build.h
// (values and nodes), convert.h (operator by operator), metadata.h (normalisation and label files).
// Layouts stay as in the file: NHWC, weights OHWI and 1HWO. Constants are views into the file.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "base/file.h"
#include "model/format/tflite/metadata.h"
#include "model/graph/graph.h"

namespace dlas::tflite {

// The first subgraph (the main one). Operators that dlas does not know, control flow and custom operators stay in the graph
// with op == nullptr and a note. Types are inferred, small constants folded, the graph verified.
// Float operators with int8 or int4 weights (dynamic range) compute with the weights' real values; the activations stay
// float, where LiteRT quantises them row by row.
// Errors: of the flatbuffer; of tensors whose data do not fit their shape; of wiring; of type rules.
Result<Graph> read(const File& file);
// The same from memory that `owner` keeps alive.
Result<Graph> read(std::span<const std::byte> bytes, std::shared_ptr<const void> owner, std::string_view path);

// What the file says about its pictures; nothing when it has no metadata.  Errors: of the metadata and the archive.
Result<std::optional<Metadata>> metadata(const File& file);

}  // namespace dlas::tflite
