// The graph while a TFLite file is read: values of its tensors, nodes of its operators, and what converters need.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/format/tflite/schema.h"
#include "model/graph/graph.h"

namespace dlas::tflite {

// The bytes of a file, what keeps them, and its path as the user gave it.
struct Source {
  std::span<const std::byte> bytes;
  std::shared_ptr<const void> owner;
  std::string path;
};

// One operator while it is converted. Slots are the file's; kNone for an absent optional input.
struct Draft {
  const OperatorInfo& info;
  std::string_view code;    // "CONV_2D"
  std::string_view custom;  // name of a custom operator, else empty
  std::string name;         // of the node
  std::vector<ValueId> in, out;

  const Table& options() const { return info.options; }
};

class Build {
 public:
  Build(const Source& source, const ModelTables& tables, const Subgraph& subgraph);

  // A value for every tensor; inputs and outputs of the graph.  Errors: data that do not fit, indices out of range.
  Status values();
  // A node, or several, for every operator.  Errors: indices out of range.
  Status operators();

  Graph& graph() { return graph_; }
  const Type& type(ValueId value) const { return graph_.value(value).type; }
  std::span<const std::byte> custom_options(const Draft& draft) const {
    return source_.bytes.subspan(draft.info.custom_options.offset, draft.info.custom_options.size);
  }
  bool quantized(ValueId value) const { return value != kNone && type(value).quantized(); }

  // The integers of a constant; nothing when the value is not one.
  std::optional<std::vector<std::int64_t>> integers(ValueId value) const;
  // A constant list of sizes made by the reader, remembering which value of the file it was made from.
  ValueId list(const Draft& draft, std::string_view name, const std::vector<std::int64_t>& numbers,
               ValueId from = kNone);
  ValueId constant(const Draft& draft, std::string_view name, Tensor tensor, ValueId from = kNone);

  // A node with the outputs of the operator.  Errors: unsupported when dlas has no such operator; of its attributes.
  Status finish(const Draft& draft, std::string_view op, const AttributeList& attributes, std::vector<ValueId> in);
  // A node in front of it, with one new output of the dtype and quantisation of `like` (kNone: as the rule says).
  Result<ValueId> before(const Draft& draft, std::string_view op, const AttributeList& attributes,
                         std::vector<ValueId> in, ValueId like);

 private:
  Result<ValueId> value_of(std::size_t tensor);
  // A tensor whose data dlas cannot hold: a node without an operator makes it, so that the file shows but does not run.
  ValueId opaque(std::size_t tensor, const Error& why);
  Result<Tensor> constant_of(const TensorInfo& tensor, const Bytes& bytes, DType dtype, const Shape& shape) const;
  Result<std::vector<ValueId>> slots(const std::vector<std::int32_t>& tensors, bool optional, std::string_view place);
  Result<Draft> draft(std::size_t index);
  void keep_unknown(const Draft& draft, std::string_view why);
  Result<NodeId> add(const Draft& draft, std::string_view op, const AttributeList& attributes, std::vector<ValueId> in,
                     std::vector<ValueId> out);

  const Source& source_;
  const ModelTables& tables_;
  const Subgraph& subgraph_;
  Graph graph_;
  std::vector<ValueId> values_;  // by tensor
};

}  // namespace dlas::tflite
