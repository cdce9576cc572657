// The messages of onnx.proto that dlas reads, as light structs: text and raw data stay views into the file.
//
// Graphs inside attributes stay unread messages until someone asks for them, so no message is read recursively.
// Source: onnx.proto of ONNX 1.23 (IR version 14); fields not listed are skipped, as the format wants it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "model/format/protobuf/wire.h"

namespace dlas::onnx {

using protobuf::Field;
using protobuf::Fields;
using protobuf::Message;
using protobuf::Room;
using protobuf::Varints;

using TextPairs = std::vector<std::pair<std::string_view, std::string_view>>;

struct TensorProto {
  std::string_view name;
  std::int64_t data_type = 0;
  std::vector<std::int64_t> dims;
  std::optional<Message> raw_data;
  std::vector<float> float_data;
  std::vector<double> double_data;
  std::vector<Varints> int32_data;  // unread: most hold bytes, which are 8 times as long as numbers
  std::vector<std::int64_t> int64_data, uint64_data;
  bool has_strings = false;
  bool external = false;
  TextPairs external_data;
  std::uint64_t offset = 0;  // of the message
};

struct DimensionProto {
  std::optional<std::int64_t> value;
  std::string_view parameter;
};

struct ValueInfoProto {
  std::string_view name;
  std::string_view kind;  // "tensor", "sequence", ...; empty when no type is given
  std::int64_t elem_type = 0;
  std::optional<std::vector<DimensionProto>> shape;
  std::uint64_t offset = 0;
};

enum class AttributeKind : std::uint8_t {
  undefined = 0,
  f = 1,
  i = 2,
  s = 3,
  t = 4,
  g = 5,
  floats = 6,
  ints = 7,
  strings = 8,
  tensors = 9,
  graphs = 10,
  sparse_tensor = 11,
  sparse_tensors = 12,
  type_proto = 13,
  type_protos = 14
};

struct AttributeProto {
  std::string_view name, ref_attr_name, s;
  AttributeKind type = AttributeKind::undefined;
  float f = 0;
  std::int64_t i = 0;
  std::optional<Message> t, g;
  std::vector<float> floats;
  std::vector<std::int64_t> ints;
  std::vector<std::string_view> strings;
  std::uint64_t offset = 0;
};

struct NodeProto {
  std::string_view name, op_type, domain, overload;
  std::vector<std::string_view> inputs, outputs;
  std::vector<AttributeProto> attributes;
  std::uint64_t offset = 0, bytes = 0;  // of the message
};

struct GraphProto {
  std::string_view name;
  std::vector<NodeProto> nodes;
  std::vector<TensorProto> initializers;
  std::size_t sparse_initializers = 0;
  std::vector<ValueInfoProto> inputs, outputs, value_infos;
};

struct OpsetProto {
  std::string_view domain;
  std::int64_t version = 0;
};

struct FunctionProto {
  std::string_view name, domain, overload;
  std::vector<std::string_view> inputs, outputs, attributes;
  std::vector<AttributeProto> defaults;
  std::vector<NodeProto> nodes;
  std::vector<OpsetProto> opsets;
};

struct ModelProto {
  std::int64_t ir_version = 0;
  std::string_view producer_name, producer_version;
  std::vector<OpsetProto> opsets;
  std::optional<Message> graph;
  std::vector<FunctionProto> functions;
  TextPairs metadata;
};

Result<ModelProto> parse_model(Message message);
Result<GraphProto> parse_graph(Message message);
Result<NodeProto> parse_node(Message message);
Result<AttributeProto> parse_attribute(Message message);
Result<TensorProto> parse_tensor(Message message);
Result<ValueInfoProto> parse_value_info(Message message);
Result<FunctionProto> parse_function(Message message);

}  // namespace dlas::onnx
