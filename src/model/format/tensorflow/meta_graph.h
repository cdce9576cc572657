// What a SavedModel says of one of its graphs: tags, signatures, how variables are restored. The graph itself stays unread.
// Source: saved_model.proto, meta_graph.proto and saver.proto of TensorFlow 2.21.
#pragma once

#include <map>
#include <string_view>
#include <vector>

#include "model/format/tensorflow/proto.h"

namespace dlas::tensorflow {

struct TensorInfo {
  std::string_view name;  // empty: several tensors in one
  std::int64_t dtype = 0;
  ShapeProto shape;
};

struct Signature {
  std::map<std::string_view, TensorInfo> inputs, outputs;  // TensorFlow sorts them by name, too
};

struct MetaGraph {
  std::vector<std::string_view> tags;
  std::string_view version;  // of TensorFlow
  std::string_view restore;  // the node that gives variables their values
  std::map<std::string_view, Signature> signatures;
  Message graph;
};

// Errors: of the wire format.
Result<std::vector<MetaGraph>> parse_saved_model(Message message);

}  // namespace dlas::tensorflow
