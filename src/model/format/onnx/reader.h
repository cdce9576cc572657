// ONNX files -> graphs, without a protobuf library.
//
// In this folder: proto.h (the messages), tensor.h, attributes.h, build.h (names and nodes),
// functions.cpp and if.cpp (bodies inlined), adapt.h (old opsets). Operators come out in the form of the newest opset.
#pragma once

#include "base/file.h"
#include "model/graph/graph.h"

namespace dlas::onnx {

// Nodes with an operator that dlas does not know, or in a form it cannot convert, stay in the graph with op == nullptr
// and a note. Types are inferred, constants folded, the graph verified.
// Errors: of the wire format; of tensors; of wiring; of type rules. Up to Limits::problems of a file are told together.
Result<Graph> read(const File& file);

}  // namespace dlas::onnx
