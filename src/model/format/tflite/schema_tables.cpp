// Reads the tables of a TFLite file. Numbers in the calls are field numbers of the schema, in its order.
#include <algorithm>

#include "model/format/tflite/schema.h"

namespace dlas::tflite {
namespace {

std::string place(std::string_view what, std::size_t index, std::string_view field) {
  return std::string(what) + " " + std::to_string(index) + ", " + std::string(field);
}

std::vector<OperatorCode> read_codes(const Table& model) {
  const Tables tables = model.tables(1, "operator code");
  std::vector<OperatorCode> out;
  for (std::size_t i = 0; i < tables.size(); ++i) {
    const Table t = tables[i];
    if (!t.present()) break;
    // Field 0 is the code of old files in one byte, 127 when it does not fit; field 3 the code of new ones.
    const std::int64_t old_code = t.scalar<std::int8_t>(0, 0);
    const std::int64_t new_code = t.scalar<std::int32_t>(3, 0);
    out.push_back({std::max(old_code, new_code), t.text(1, place("operator code", i, "custom name")),
                   t.scalar<std::int32_t>(2, 1)});
  }
  return out;
}

Quantization read_quantization(const Table& t, const std::string& where) {
  Quantization q;
  q.scales = t.numbers<float>(2, where + ", scale");
  q.zero_points = t.numbers<std::int64_t>(3, where + ", zero point");
  q.axis = t.scalar<std::int32_t>(6, 0);
  q.custom = t.scalar<std::uint8_t>(4, 0) != 0;
  return q;
}

TensorInfo read_tensor(const Table& t, std::size_t i) {
  TensorInfo tensor;
  tensor.shape = t.numbers<std::int32_t>(0, place("tensor", i, "shape"));
  tensor.type = t.scalar<std::int8_t>(1, 0);
  tensor.buffer = t.scalar<std::uint32_t>(2, 0);
  tensor.name = t.text(3, place("tensor", i, "name"));
  tensor.quantization =
      read_quantization(t.table(4, place("tensor", i, "quantization")), place("tensor", i, "quantization"));
  tensor.variable = t.scalar<std::uint8_t>(5, 0) != 0;
  tensor.sparse = t.has(6);
  tensor.shape_signature = t.numbers<std::int32_t>(7, place("tensor", i, "shape signature"));
  tensor.external = t.scalar<std::uint32_t>(10, 0) != 0;
  return tensor;
}

OperatorInfo read_operator(const Table& t, std::size_t i) {
  OperatorInfo op;
  op.code = t.scalar<std::uint32_t>(0, 0);
  op.inputs = t.numbers<std::int32_t>(1, place("operator", i, "inputs"));
  op.outputs = t.numbers<std::int32_t>(2, place("operator", i, "outputs"));
  op.options_type = t.scalar<std::uint8_t>(3, 0);
  op.options = t.table(4, place("operator", i, "options"));
  op.custom_options = t.bytes(5, place("operator", i, "custom options"));
  op.offset = t.offset();
  return op;
}

Subgraph read_subgraph(const Table& t, const FlatBuffer& buffer) {
  Subgraph graph;
  graph.name = t.text(4, "subgraph, name");
  graph.inputs = t.numbers<std::int32_t>(1, "subgraph, inputs");
  graph.outputs = t.numbers<std::int32_t>(2, "subgraph, outputs");
  const Tables tensors = t.tables(0, "tensor");
  for (std::size_t i = 0; i < tensors.size() && buffer.ok(); ++i) graph.tensors.push_back(read_tensor(tensors[i], i));
  const Tables operators = t.tables(3, "operator");
  for (std::size_t i = 0; i < operators.size() && buffer.ok(); ++i)
    graph.operators.push_back(read_operator(operators[i], i));
  return graph;
}

// Buffers above 2 GiB lie outside the flatbuffer: offset and size in the file.
Bytes read_buffer(const Table& t, std::size_t i, FlatBuffer& buffer) {
  const auto offset = t.scalar<std::uint64_t>(1, 0);
  const auto size = t.scalar<std::uint64_t>(2, 0);
  if (offset <= 1 || t.has(0)) return t.bytes(0, place("buffer", i, "data"));
  if (offset > buffer.bytes().size() || size > buffer.bytes().size() - offset) {
    buffer.fail(t.offset(), place("buffer", i, "offset"),
                std::to_string(size) + " bytes from byte " + std::to_string(offset),
                "a file of " + std::to_string(buffer.bytes().size()) + " bytes", Code::truncated);
    return {};
  }
  return {offset, size};
}

}  // namespace

Result<ModelTables> read_tables(FlatBuffer& buffer) {
  const Table model = buffer.root("TFL3");
  ModelTables out;
  out.version = model.scalar<std::uint32_t>(0, 0);
  if (buffer.ok() && out.version != 3)
    buffer.fail(model.offset(), "schema version", "3", std::to_string(out.version), Code::unsupported);
  out.description = model.text(3, "description");
  out.codes = read_codes(model);
  const Tables subgraphs = model.tables(2, "subgraph");
  for (std::size_t i = 0; i < subgraphs.size() && buffer.ok(); ++i)
    out.subgraphs.push_back(read_subgraph(subgraphs[i], buffer));
  const Tables buffers = model.tables(4, "buffer");
  for (std::size_t i = 0; i < buffers.size() && buffer.ok(); ++i)
    out.buffers.push_back(read_buffer(buffers[i], i, buffer));
  const Tables metadata = model.tables(6, "metadata");
  for (std::size_t i = 0; i < metadata.size() && buffer.ok(); ++i) {
    const Table t = metadata[i];
    out.metadata.push_back({t.text(0, place("metadata", i, "name")), t.scalar<std::uint32_t>(1, 0)});
  }
  const Tables signatures = model.tables(7, "signature");
  for (std::size_t i = 0; i < signatures.size() && buffer.ok(); ++i) {
    const Table t = signatures[i];
    out.signatures.push_back({t.text(2, place("signature", i, "key")), t.scalar<std::uint32_t>(3, 0)});
  }
  if (!buffer.ok()) return *buffer.error();
  return out;
}

}  // namespace dlas::tflite
