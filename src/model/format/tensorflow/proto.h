// The messages of TensorFlow's graphs that dlas reads, as light structs: text and tensors stay views into the file.
//
// Values of attributes stay unread messages until someone asks for them, and bodies of functions until they are called.
// Source: graph.proto, node_def.proto, attr_value.proto, tensor.proto, function.proto and op_def.proto of TensorFlow 2.21.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "model/format/protobuf/wire.h"

namespace dlas::tensorflow {

using protobuf::Field;
using protobuf::Message;
using protobuf::Room;
using protobuf::Varints;

struct ShapeProto {
  bool unknown_rank = false;
  std::vector<std::int64_t> dims;  // negative: unknown
};

struct TensorProto {
  std::int64_t dtype = 0;
  ShapeProto shape;
  std::optional<Message> content;
  std::vector<float> floats;
  std::vector<double> doubles;
  std::vector<Varints>
      integers;  // int_val, int64_val, bool_val, half_val, uint32_val, uint64_val: one of them, by dtype
  std::vector<std::string_view> strings;
  std::uint64_t offset = 0, bytes = 0;  // of the message
};

enum class AttributeKind : std::uint8_t { none, list, text, integer, real, boolean, type, shape, tensor, function };

struct AttributeProto {
  AttributeKind kind = AttributeKind::none;
  std::int64_t integer = 0;  // also of boolean and type
  float real = 0;
  std::string_view text;
  Message message;  // of list, shape, tensor, function
};

struct NodeProto {
  std::string_view name, op;
  std::vector<std::string_view> inputs;
  std::vector<std::pair<std::string_view, AttributeProto>> attributes;
  std::uint64_t offset = 0, bytes = 0;  // of the message

  const AttributeProto* find(std::string_view attribute) const;
};

struct ArgumentProto {
  std::string_view name;
  bool many = false;  // a list of tensors
};

struct FunctionProto {
  std::string_view name;
  std::vector<ArgumentProto> inputs, outputs;
  std::vector<NodeProto> nodes;
  std::vector<std::pair<std::string_view, std::string_view>> returned;  // output -> what a node makes
};

struct GraphProto {
  std::vector<NodeProto> nodes;
  std::vector<Message> functions;
};

// Errors: of the wire format; limit for more nodes than limits().nodes.
Result<GraphProto> parse_graph(Message message);
Result<NodeProto> parse_node(Message message);
Result<FunctionProto> parse_function(Message message);
Result<std::string_view> function_name(Message message);  // without reading its body
Result<TensorProto> parse_tensor(Message message);
Result<ShapeProto> parse_shape(Message message);

// Content of a list.  Errors: of the wire format.
Result<std::vector<std::int64_t>> integers_of(const AttributeProto& list);
Result<std::vector<ShapeProto>> shapes_of(const AttributeProto& list);
Result<std::vector<std::string_view>> functions_of(const AttributeProto& list);  // names
Result<std::string_view> function_of(const AttributeProto& function);            // its name

}  // namespace dlas::tensorflow
