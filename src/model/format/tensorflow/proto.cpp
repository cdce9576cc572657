#include "model/format/tensorflow/proto.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/limits.h"

namespace dlas::tensorflow {
namespace {

using protobuf::each_field;

Status set(std::string_view& out, const Field& field) {
  DLAS_ASSIGN(out, text_of(field));
  return {};
}

Status set(std::int64_t& out, const Field& field) {
  DLAS_ASSIGN(out, integer_of(field));
  return {};
}

Status add_text(std::vector<std::string_view>& out, const Field& field) {
  DLAS_TRY(take(field, sizeof(std::string_view)));
  DLAS_ASSIGN(out.emplace_back(), text_of(field));
  return {};
}

Status add_node(std::vector<NodeProto>& out, const Field& field) {
  DLAS_TRY(take(field, sizeof(NodeProto)));
  if (out.size() >= limits().nodes)
    return make_error(Code::limit, fmt::format("at most {} nodes", limits().nodes), "more")
        .at(field.offset)
        .try_this(fmt::format("--limit nodes={}", 10 * limits().nodes));
  DLAS_ASSIGN(const Message message, message_of(field));
  DLAS_ASSIGN(NodeProto node, parse_node(message));
  out.push_back(std::move(node));
  return {};
}

Status set_message(AttributeProto& out, AttributeKind kind, const Field& field) {
  out.kind = kind;
  DLAS_ASSIGN(out.message, message_of(field));
  return {};
}

Status set_integer(AttributeProto& out, AttributeKind kind, const Field& field) {
  out.kind = kind;
  return set(out.integer, field);
}

Result<AttributeProto> parse_attribute(Message message) {
  AttributeProto out;
  const Status status = each_field(message, [&](const Field& f) -> Status {
    switch (f.number) {
      case 1: return set_message(out, AttributeKind::list, f);
      case 2: out.kind = AttributeKind::text; return set(out.text, f);
      case 3: return set_integer(out, AttributeKind::integer, f);
      case 4: {
        out.kind = AttributeKind::real;
        DLAS_ASSIGN(out.real, float_of(f));
        return {};
      }
      case 5: return set_integer(out, AttributeKind::boolean, f);
      case 6: return set_integer(out, AttributeKind::type, f);
      case 7: return set_message(out, AttributeKind::shape, f);
      case 8: return set_message(out, AttributeKind::tensor, f);
      case 10: return set_message(out, AttributeKind::function, f);
      default: return {};
    }
  });
  if (!status.ok()) return status.error();
  return out;
}

// An entry of a map from names to messages.
Status map_entry(const Field& field, std::string_view& key, Message& value) {
  DLAS_ASSIGN(const Message message, message_of(field));
  return each_field(message, [&](const Field& f) -> Status {
    if (f.number == 1) return set(key, f);
    if (f.number != 2) return {};
    DLAS_ASSIGN(value, message_of(f));
    return {};
  });
}

Status add_attribute(NodeProto& out, const Field& field) {
  using Entry = std::pair<std::string_view, AttributeProto>;
  DLAS_TRY(take(field, sizeof(Entry)));
  Entry entry;
  Message value;
  DLAS_TRY(map_entry(field, entry.first, value));
  DLAS_ASSIGN(entry.second, parse_attribute(value));
  out.attributes.push_back(entry);
  return {};
}

Result<ArgumentProto> parse_argument(Message message) {
  ArgumentProto out;
  const Status status = each_field(message, [&](const Field& f) -> Status {
    if (f.number == 1) return set(out.name, f);
    if (f.number == 5 || f.number == 6) out.many = true;
    return {};
  });
  if (!status.ok()) return status.error();
  return out;
}

Status add_argument(std::vector<ArgumentProto>& out, const Field& field) {
  DLAS_TRY(take(field, sizeof(ArgumentProto)));
  DLAS_ASSIGN(const Message message, message_of(field));
  DLAS_ASSIGN(const ArgumentProto argument, parse_argument(message));
  out.push_back(argument);
  return {};
}

Status parse_signature(Message message, FunctionProto& out) {
  return each_field(message, [&](const Field& f) -> Status {
    switch (f.number) {
      case 1: return set(out.name, f);
      case 2: return add_argument(out.inputs, f);
      case 3: return add_argument(out.outputs, f);
      default: return {};
    }
  });
}

Status add_returned(FunctionProto& out, const Field& field) {
  DLAS_TRY(take(field, 2 * sizeof(std::string_view)));
  DLAS_ASSIGN(const Message message, message_of(field));
  auto& [key, value] = out.returned.emplace_back();
  return each_field(message, [&](const Field& f) -> Status {
    if (f.number == 1) return set(key, f);
    if (f.number == 2) return set(value, f);
    return {};
  });
}

Status add_functions(std::vector<Message>& out, const Field& field) {
  DLAS_ASSIGN(const Message library, message_of(field));
  return each_field(library, [&](const Field& f) -> Status {
    if (f.number != 1) return {};
    DLAS_TRY(take(f, sizeof(Message)));
    DLAS_ASSIGN(const Message function, message_of(f));
    out.push_back(function);
    return {};
  });
}

Status add_size(ShapeProto& out, const Field& field) {
  DLAS_TRY(take(field, sizeof(std::int64_t)));
  DLAS_ASSIGN(const Message message, message_of(field));
  std::int64_t& size = out.dims.emplace_back(0);  // proto3 leaves a 0 out
  return each_field(message, [&](const Field& f) -> Status { return f.number == 1 ? set(size, f) : Status(); });
}

Status read_tensor_field(const Field& f, TensorProto& out) {
  switch (f.number) {
    case 1: return set(out.dtype, f);
    case 2: {
      DLAS_ASSIGN(const Message shape, message_of(f));
      DLAS_ASSIGN(out.shape, parse_shape(shape));
      return {};
    }
    case 4: {
      DLAS_ASSIGN(out.content, message_of(f));
      return {};
    }
    case 5: return append_floats(f, out.floats);
    case 6: return append_doubles(f, out.doubles);
    case 8: return add_text(out.strings, f);
    case 7:
    case 10:
    case 11:
    case 13:
    case 16:
    case 17: return keep_varints(f, out.integers);
    default: return {};
  }
}

}  // namespace

const AttributeProto* NodeProto::find(std::string_view attribute) const {
  const auto it = std::ranges::find(attributes, attribute, &std::pair<std::string_view, AttributeProto>::first);
  return it == attributes.end() ? nullptr : &it->second;
}

Result<ShapeProto> parse_shape(Message message) {
  ShapeProto out;
  const Status status = each_field(message, [&](const Field& f) -> Status {
    if (f.number == 2) return add_size(out, f);
    if (f.number != 3) return {};
    DLAS_ASSIGN(const std::int64_t unknown, integer_of(f));
    out.unknown_rank = unknown != 0;
    return {};
  });
  if (!status.ok()) return status.error();
  return out;
}

Result<TensorProto> parse_tensor(Message message) {
  TensorProto out;
  out.offset = message.offset;
  out.bytes = message.bytes.size();
  const Status status = each_field(message, [&](const Field& f) { return read_tensor_field(f, out); });
  if (!status.ok()) return status.error();
  return out;
}

Result<NodeProto> parse_node(Message message) {
  NodeProto out;
  out.offset = message.offset;
  out.bytes = message.bytes.size();
  const Status status = each_field(message, [&](const Field& f) -> Status {
    switch (f.number) {
      case 1: return set(out.name, f);
      case 2: return set(out.op, f);
      case 3: return add_text(out.inputs, f);
      case 5: return add_attribute(out, f);
      default: return {};
    }
  });
  if (!status.ok()) return status.error();
  return out;
}

Result<FunctionProto> parse_function(Message message) {
  FunctionProto out;
  const Status status = each_field(message, [&](const Field& f) -> Status {
    switch (f.number) {
      case 1: {
        DLAS_ASSIGN(const Message signature, message_of(f));
        return parse_signature(signature, out);
      }
      case 3: return add_node(out.nodes, f);
      case 4: return add_returned(out, f);
      default: return {};
    }
  });
  if (!status.ok()) return status.error();
  return out;
}

Result<std::string_view> function_name(Message message) {
  std::string_view out;
  const Status status = each_field(message, [&](const Field& f) -> Status {
    if (f.number != 1) return {};
    DLAS_ASSIGN(const Message signature, message_of(f));
    return each_field(signature, [&](const Field& g) { return g.number == 1 ? set(out, g) : Status(); });
  });
  if (!status.ok()) return status.error();
  return out;
}

Result<GraphProto> parse_graph(Message message) {
  GraphProto out;
  const Status status = each_field(message, [&](const Field& f) -> Status {
    if (f.number == 1) return add_node(out.nodes, f);
    return f.number == 2 ? add_functions(out.functions, f) : Status();
  });
  if (!status.ok()) return status.error();
  return out;
}

Result<std::vector<std::int64_t>> integers_of(const AttributeProto& list) {
  std::vector<std::int64_t> out;
  const Status status = each_field(list.message, [&](const Field& f) -> Status {
    return f.number == 3 || f.number == 6 ? append_varints(f, out) : Status();
  });
  if (!status.ok()) return status.error();
  return out;
}

Result<std::vector<ShapeProto>> shapes_of(const AttributeProto& list) {
  std::vector<ShapeProto> out;
  const Status status = each_field(list.message, [&](const Field& f) -> Status {
    if (f.number != 7) return {};
    DLAS_TRY(take(f, sizeof(ShapeProto)));
    DLAS_ASSIGN(const Message shape, message_of(f));
    DLAS_ASSIGN(ShapeProto one, parse_shape(shape));
    out.push_back(std::move(one));
    return {};
  });
  if (!status.ok()) return status.error();
  return out;
}

Result<std::string_view> function_of(const AttributeProto& function) {
  std::string_view out;
  const Status status =
      each_field(function.message, [&](const Field& f) { return f.number == 1 ? set(out, f) : Status(); });
  if (!status.ok()) return status.error();
  return out;
}

Result<std::vector<std::string_view>> functions_of(const AttributeProto& list) {
  std::vector<std::string_view> out;
  const Status status = each_field(list.message, [&](const Field& f) -> Status {
    if (f.number != 9) return {};
    DLAS_TRY(take(f, sizeof(std::string_view)));
    AttributeProto function;
    DLAS_ASSIGN(function.message, message_of(f));
    DLAS_ASSIGN(out.emplace_back(), function_of(function));
    return {};
  });
  if (!status.ok()) return status.error();
  return out;
}

}  // namespace dlas::tensorflow
