// The graph while a PyTorch program is read, and what the conversions of operators need of it.
//
// Each node's types are inferred as soon as it is there and small integer results are folded, so that the size of a tensor is a
// plain number wherever the file says so.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/format/torch/datum.h"
#include "model/graph/graph.h"

namespace dlas::torch {

Error cannot(std::string_view reason);  // unsupported: the operator is kept as the file has it

class Build {
 public:
  explicit Build(std::string path) : path_(std::move(path)) {}

  Graph& graph() { return graph_; }
  const std::string& path() const { return path_; }
  const Type& type(ValueId value) const { return graph_.value(value).type; }
  const Tensor* constant(ValueId value) const;

  // What the next nodes belong to: names of the outputs, and where the operator stands in the file.
  void begin(std::vector<std::string> names, Provenance origin);
  const std::string& name() const { return names_[0]; }

  // A node in front of the last one, named after both.
  Result<ValueId> step(std::string_view op, const AttributeList& attributes, std::vector<ValueId> in);
  // The last node, whose output bears the name of the operator's, or of one of several.
  Result<Datum> finish(std::string_view op, const AttributeList& attributes, std::vector<ValueId> in,
                       std::size_t output = 0);
  Result<std::vector<Datum>> finish_many(std::string_view op, const AttributeList& attributes, std::vector<ValueId> in,
                                         std::size_t outputs);
  // The operator as the file has it, when dlas cannot compute it.
  std::vector<Datum> keep_unknown(std::string_view op, std::vector<ValueId> in, std::size_t outputs,
                                  std::string_view why);

  ValueId list(const std::vector<std::int64_t>& numbers);
  ValueId constant(Tensor tensor, std::string_view name = "constant");
  // A constant of one number in the given type.
  Result<ValueId> scalar(DType dtype, double number);
  Result<ValueId> cast(ValueId value, DType dtype);

  // A scalar of int64 as a number when it is known, else as a size.
  Datum size_datum(ValueId value) const;
  ValueId size_value(const Datum& size);  // REQUIRES: an integer or a size
  // One size of a tensor.  Errors: unsupported when the rank is not known; format for an axis outside.
  Result<Datum> size_of(ValueId value, std::int64_t axis);
  // A list of sizes as one value: a constant when all are known.
  Result<ValueId> sizes_value(const std::vector<Datum>& sizes);
  // The same for Reshape, where one unknown size may be -1.
  Result<ValueId> reshape_sizes(const std::vector<Datum>& sizes);
  // Tells the shape of a value whose sizes a list names, where the operator's rule could not; -1 is not known.
  void declare(ValueId value, const std::vector<Datum>& sizes);

 private:
  Result<NodeId> add(std::string_view op, const AttributeList& attributes, std::vector<ValueId> in,
                     std::vector<ValueId> out, std::string_view name);
  Status infer(NodeId node);
  ValueId fresh(std::string name, std::size_t output);

  Graph graph_;
  std::string path_;
  std::vector<std::string> names_{"value"};
  Provenance origin_;
  std::uint64_t folded_ = 0;
  std::uint64_t spent_ = 0;  // nodes, and half of their outputs
};

}  // namespace dlas::torch
