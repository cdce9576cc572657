#include "model/format/onnx/proto.h"

#include <fmt/format.h>

#include <array>
#include <type_traits>

#include "base/limits.h"

namespace dlas::onnx {
namespace {

using protobuf::append_doubles;
using protobuf::append_floats;
using protobuf::append_varints;
using protobuf::each_field;
using protobuf::keep_varints;

Status set(std::string_view& out, const Field& field) {
  DLAS_ASSIGN(out, text_of(field));
  return {};
}

Status set(std::int64_t& out, const Field& field) {
  DLAS_ASSIGN(out, integer_of(field));
  return {};
}

Status set(float& out, const Field& field) {
  DLAS_ASSIGN(out, float_of(field));
  return {};
}

Status set(std::optional<Message>& out, const Field& field) {
  DLAS_ASSIGN(out, message_of(field));
  return {};
}

Status add(std::vector<std::string_view>& out, const Field& field) {
  DLAS_TRY(take(field, sizeof(std::string_view)));
  DLAS_ASSIGN(out.emplace_back(), text_of(field));
  return {};
}

Status add_text(const Field& field, std::vector<std::string_view>& out) { return add(out, field); }

// A list of an attribute: kept as it is read, in the reader's form and in the operator's, for which `bytes` are taken.
template <typename T>
Status copied(const Field& field, std::uint64_t bytes, Status (*append)(const Field&, std::vector<T>&),
              std::vector<T>& out) {
  DLAS_TRY(take(field, bytes));
  return append(field, out);
}

template <typename T>
Status add(std::vector<T>& out, const Field& field, Result<T> (*parse)(Message)) {
  DLAS_TRY(take(field, sizeof(T)));
  if (std::is_same_v<T, NodeProto> && out.size() >= limits().nodes)
    return make_error(Code::limit, fmt::format("at most {} nodes", limits().nodes), "more")
        .at(field.offset)
        .try_this(fmt::format("--limit nodes={}", 10 * limits().nodes));
  DLAS_ASSIGN(const Message message, message_of(field));
  DLAS_ASSIGN(T item, parse(message));
  out.push_back(std::move(item));
  return {};
}

Status add(TextPairs& out, const Field& field) {
  DLAS_TRY(take(field, sizeof(TextPairs::value_type)));
  DLAS_ASSIGN(const Message message, message_of(field));
  auto& [key, value] = out.emplace_back();
  return each_field(message, [&](const Field& f) {
    if (f.number == 1) return set(key, f);
    if (f.number == 2) return set(value, f);
    return Status();
  });
}

Result<OpsetProto> parse_opset(Message message) {
  OpsetProto out;
  DLAS_TRY(each_field(message, [&](const Field& f) {
    if (f.number == 1) return set(out.domain, f);
    if (f.number == 2) return set(out.version, f);
    return Status();
  }));
  return out;
}

Result<DimensionProto> parse_dimension(Message message) {
  DimensionProto out;
  DLAS_TRY(each_field(message, [&](const Field& f) {
    if (f.number == 1) return set(out.value.emplace(), f);
    if (f.number == 2) return set(out.parameter, f);
    return Status();
  }));
  return out;
}

Status parse_tensor_type(Message message, ValueInfoProto& out) {
  return each_field(message, [&](const Field& f) -> Status {
    if (f.number == 1) return set(out.elem_type, f);
    if (f.number != 2) return {};
    out.shape.emplace();
    DLAS_ASSIGN(const Message shape, message_of(f));
    return each_field(shape,
                      [&](const Field& d) { return d.number == 1 ? add(*out.shape, d, parse_dimension) : Status(); });
  });
}

Status parse_type(Message message, ValueInfoProto& out) {
  // Field numbers of TypeProto's oneof.
  static constexpr std::array<std::pair<std::uint32_t, std::string_view>, 5> kKinds = {
      {{1, "tensor"}, {4, "sequence"}, {5, "map"}, {8, "sparse tensor"}, {9, "optional"}}};
  return each_field(message, [&](const Field& f) -> Status {
    for (const auto& [number, kind] : kKinds)
      if (number == f.number) out.kind = kind;
    if (f.number != 1) return {};
    DLAS_ASSIGN(const Message tensor, message_of(f));
    return parse_tensor_type(tensor, out);
  });
}

}  // namespace

Result<TensorProto> parse_tensor(Message message) {
  TensorProto out;
  out.offset = message.offset;
  DLAS_TRY(each_field(message, [&](const Field& f) -> Status {
    switch (f.number) {
      case 1: return append_varints(f, out.dims);
      case 2: return set(out.data_type, f);
      case 4: return append_floats(f, out.float_data);
      case 5: return keep_varints(f, out.int32_data);
      case 6: out.has_strings = true; return {};
      case 7: return append_varints(f, out.int64_data);
      case 8: return set(out.name, f);
      case 9: return set(out.raw_data, f);
      case 10: return append_doubles(f, out.double_data);
      case 11: return append_varints(f, out.uint64_data);
      case 13: return add(out.external_data, f);
      case 14: {
        DLAS_ASSIGN(const std::int64_t location, integer_of(f));
        out.external = location == 1;
        return {};
      }
      default: return {};
    }
  }));
  return out;
}

Result<ValueInfoProto> parse_value_info(Message message) {
  ValueInfoProto out;
  out.offset = message.offset;
  DLAS_TRY(each_field(message, [&](const Field& f) -> Status {
    if (f.number == 1) return set(out.name, f);
    if (f.number != 2) return {};
    DLAS_ASSIGN(const Message type, message_of(f));
    return parse_type(type, out);
  }));
  return out;
}

Result<AttributeProto> parse_attribute(Message message) {
  AttributeProto out;
  out.offset = message.offset;
  DLAS_TRY(each_field(message, [&](const Field& f) -> Status {
    switch (f.number) {
      case 1: return set(out.name, f);
      case 2: return set(out.f, f);
      case 3: return set(out.i, f);
      case 4: return set(out.s, f);
      case 5: return set(out.t, f);
      case 6: return set(out.g, f);
      case 7: return copied(f, 4 * f.bytes.size(), append_floats, out.floats);
      case 8: return copied(f, 32 * f.bytes.size(), append_varints, out.ints);
      case 9: return copied(f, 4 * sizeof(std::string), add_text, out.strings);
      case 20: {
        DLAS_ASSIGN(const std::int64_t type, integer_of(f));
        if (type < 0 || type > 14)
          return make_error(Code::format, "an attribute type from 0 to 14", std::to_string(type)).at(f.offset);
        out.type = static_cast<AttributeKind>(type);
        return {};
      }
      case 21: return set(out.ref_attr_name, f);
      default: return {};
    }
  }));
  return out;
}

Result<NodeProto> parse_node(Message message) {
  NodeProto out;
  out.offset = message.offset;
  out.bytes = message.bytes.size();
  DLAS_TRY(each_field(message, [&](const Field& f) {
    switch (f.number) {
      case 1: return add(out.inputs, f);
      case 2: return add(out.outputs, f);
      case 3: return set(out.name, f);
      case 4: return set(out.op_type, f);
      case 5: return add(out.attributes, f, parse_attribute);
      case 7: return set(out.domain, f);
      case 8: return set(out.overload, f);
      default: return Status();
    }
  }));
  return out;
}

Result<GraphProto> parse_graph(Message message) {
  GraphProto out;
  DLAS_TRY(each_field(message, [&](const Field& f) {
    switch (f.number) {
      case 1: return add(out.nodes, f, parse_node);
      case 2: return set(out.name, f);
      case 5: return add(out.initializers, f, parse_tensor);
      case 11: return add(out.inputs, f, parse_value_info);
      case 12: return add(out.outputs, f, parse_value_info);
      case 13: return add(out.value_infos, f, parse_value_info);
      case 15: ++out.sparse_initializers; return Status();
      default: return Status();
    }
  }));
  return out;
}

Result<FunctionProto> parse_function(Message message) {
  FunctionProto out;
  DLAS_TRY(each_field(message, [&](const Field& f) {
    switch (f.number) {
      case 1: return set(out.name, f);
      case 4: return add(out.inputs, f);
      case 5: return add(out.outputs, f);
      case 6: return add(out.attributes, f);
      case 7: return add(out.nodes, f, parse_node);
      case 9: return add(out.opsets, f, parse_opset);
      case 10: return set(out.domain, f);
      case 11: return add(out.defaults, f, parse_attribute);
      case 13: return set(out.overload, f);
      default: return Status();
    }
  }));
  return out;
}

Result<ModelProto> parse_model(Message message) {
  ModelProto out;
  DLAS_TRY(each_field(message, [&](const Field& f) {
    switch (f.number) {
      case 1: return set(out.ir_version, f);
      case 2: return set(out.producer_name, f);
      case 3: return set(out.producer_version, f);
      case 7: return set(out.graph, f);
      case 8: return add(out.opsets, f, parse_opset);
      case 14: return add(out.metadata, f);
      case 25: return add(out.functions, f, parse_function);
      default: return Status();
    }
  }));
  return out;
}

}  // namespace dlas::onnx
