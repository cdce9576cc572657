// Writes messages of TensorFlow's graphs for tests: what no exporter would write. Numbers of fields are those of proto.cpp.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/format/onnx/wire_testing.h"

namespace dlas::tensorflow::testing {

using onnx::testing::bytes;
using onnx::testing::Bytes;
using onnx::testing::number;

inline constexpr std::int64_t kFloat = 1, kInt32 = 3, kString = 7, kBool = 10;  // DataType

inline Bytes shape(const std::vector<std::int64_t>& dims) {
  Bytes out;
  for (const std::int64_t d : dims) out += bytes(2, number(1, d));
  return out;
}
// `values`: fields of a TensorProto.
inline Bytes tensor(std::int64_t dtype, const std::vector<std::int64_t>& dims, const Bytes& values) {
  return number(1, dtype) + bytes(2, shape(dims)) + values;
}
inline Bytes attribute(std::string_view name, const Bytes& value) { return bytes(5, bytes(1, name) + bytes(2, value)); }
inline Bytes of_type(std::string_view name, std::int64_t dtype) { return attribute(name, number(6, dtype)); }
inline Bytes of_function(std::string_view name, std::string_view function) {
  return attribute(name, bytes(10, bytes(1, function)));
}

// The content of a NodeDef.
inline Bytes node(std::string_view name, std::string_view op, const std::vector<std::string_view>& inputs = {},
                  const Bytes& attributes = "") {
  Bytes out = bytes(1, name) + bytes(2, op);
  for (const auto input : inputs) out += bytes(3, input);
  return out + attributes;
}
inline Bytes constant(std::string_view name, const Bytes& content) {
  return node(name, "Const", {}, attribute("value", bytes(8, content)));
}
inline Bytes placeholder(std::string_view name, const std::vector<std::int64_t>& dims) {
  return node(name, "Placeholder", {}, of_type("dtype", kFloat) + attribute("shape", bytes(7, shape(dims))));
}

// The content of a FunctionDef with one argument "x" and one output "y", which is `returned`.
inline Bytes function(std::string_view name, const std::vector<Bytes>& nodes, std::string_view returned) {
  Bytes out = bytes(1, bytes(1, name) + bytes(2, bytes(1, "x")) + bytes(3, bytes(1, "y")));
  for (const Bytes& n : nodes) out += bytes(3, n);
  return out + bytes(4, bytes(1, "y") + bytes(2, returned));
}
inline Bytes call(std::string_view name, std::string_view function, std::string_view input) {
  return node(name, "PartitionedCall", {input}, of_function("f", function));
}

// The content of a GraphDef.
inline Bytes graph(const std::vector<Bytes>& nodes, const std::vector<Bytes>& functions = {}) {
  Bytes out, library;
  for (const Bytes& n : nodes) out += bytes(1, n);
  for (const Bytes& f : functions) library += bytes(1, f);
  return library.empty() ? out : out + bytes(2, library);
}

}  // namespace dlas::tensorflow::testing
