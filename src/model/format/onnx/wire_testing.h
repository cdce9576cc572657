// Writes messages of onnx.proto for tests: what no exporter would write, and models whose size a test chooses.
//
// A message is the concatenation of its fields; numbers of fields are those of proto.cpp.
#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dlas::onnx::testing {

using Bytes = std::string;

inline Bytes varint(std::uint64_t value) {
  Bytes out;
  for (; value >= 0x80; value >>= 7) out += static_cast<char>((value & 0x7F) | 0x80);
  return out + static_cast<char>(value);
}
inline Bytes number(std::uint32_t field, std::int64_t value) {
  return varint(std::uint64_t{field} << 3) + varint(static_cast<std::uint64_t>(value));
}
inline Bytes bytes(std::uint32_t field, std::string_view content) {  // text, messages, packed numbers
  return varint(std::uint64_t{field} << 3 | 2) + varint(content.size()) + Bytes(content);
}
inline Bytes real(std::uint32_t field, float value) {
  Bytes out = varint(std::uint64_t{field} << 3 | 5);
  const auto bits = std::bit_cast<std::uint32_t>(value);
  for (int i = 0; i < 4; ++i) out += static_cast<char>(bits >> (8 * i));
  return out;
}
inline Bytes joined(const std::vector<Bytes>& parts) {
  Bytes out;
  for (const Bytes& part : parts) out += part;
  return out;
}

inline constexpr std::int64_t kFloat = 1, kInt64 = 7, kBool = 9;  // TensorProto.DataType

inline Bytes tensor(std::string_view name, std::int64_t data_type, const std::vector<std::int64_t>& dims,
                    const Bytes& data) {
  Bytes out;
  for (const std::int64_t d : dims) out += number(1, d);
  return out + number(2, data_type) + bytes(8, name) + data;
}
inline Bytes raw(std::string_view content) { return bytes(9, content); }

inline Bytes attribute(std::string_view name, std::int64_t type, const Bytes& value) {
  return bytes(5, bytes(1, name) + value + number(20, type));
}
inline Bytes attribute_i(std::string_view name, std::int64_t value) { return attribute(name, 2, number(3, value)); }
inline Bytes attribute_g(std::string_view name, const Bytes& graph) { return attribute(name, 5, bytes(6, graph)); }

// The content of a NodeProto; `attributes` as the functions above give them.
inline Bytes node(std::string_view op, const std::vector<std::string_view>& inputs,
                  const std::vector<std::string_view>& outputs, const Bytes& attributes = "",
                  std::string_view domain = "") {
  Bytes out;
  for (const auto name : inputs) out += bytes(1, name);
  for (const auto name : outputs) out += bytes(2, name);
  return out + bytes(4, op) + attributes + (domain.empty() ? "" : bytes(7, domain));
}

// The content of a ValueInfoProto; a negative size is left out.
inline Bytes value_info(std::string_view name, std::int64_t data_type, const std::vector<std::int64_t>& dims) {
  Bytes shape;
  for (const std::int64_t d : dims) shape += bytes(1, d < 0 ? Bytes() : number(1, d));
  return bytes(1, name) + bytes(2, bytes(1, number(1, data_type) + bytes(2, shape)));
}

struct GraphParts {
  std::vector<Bytes> nodes, initializers, inputs, outputs;
};
inline Bytes graph(const GraphParts& parts) {
  Bytes out;
  for (const Bytes& n : parts.nodes) out += bytes(1, n);
  out += bytes(2, "g");
  for (const Bytes& t : parts.initializers) out += bytes(5, t);
  for (const Bytes& i : parts.inputs) out += bytes(11, i);
  for (const Bytes& o : parts.outputs) out += bytes(12, o);
  return out;
}

inline Bytes opset(std::int64_t version, std::string_view domain = "") {
  return bytes(8, bytes(1, domain) + number(2, version));
}
inline Bytes model(const Bytes& graph_content, std::int64_t version, const Bytes& more = "") {
  return number(1, 10) + bytes(7, graph_content) + opset(version) + more;
}

}  // namespace dlas::onnx::testing
