// The graph while a file of TensorFlow is read, and what the conversions of operators need of it.
//
// Each node's types are inferred as soon as it is there and small integer results are folded. What is known of a list of sizes
// when only the batch is not (shape of x, one of its entries, a new shape made of it) is kept beside the graph.
#pragma once

#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/format/tensorflow/tensor.h"
#include "model/graph/graph.h"

namespace dlas::tensorflow {

Error cannot(std::string_view reason);  // unsupported: the operator is kept as the file has it

using Numbers = std::vector<std::int64_t>;
using Outputs = Result<std::vector<ValueId>>;

// Sizes that are not known before the model runs: any, and the batch of a model with one input.
inline constexpr std::int64_t kOpen = std::numeric_limits<std::int64_t>::min();
inline constexpr std::int64_t kBatch = kOpen + 1;
inline constexpr std::string_view kBatchName = "batch";
constexpr bool is_open(std::int64_t size) { return size <= kBatch; }

class Build {
 public:
  explicit Build(Source source);

  Graph& graph() { return graph_; }
  const Source& source() const { return source_; }
  const Type& type(ValueId value) const { return graph_.value(value).type; }
  const Tensor* constant(ValueId value) const;  // null when it is none
  std::optional<std::size_t> rank(ValueId value) const;
  std::int64_t known_size(ValueId value, std::size_t axis) const;  // 0 when it is not known

  // Gives the first size of the only input a name, so that it is known again behind other operators.
  void name_batch();

  // What the next nodes belong to: the name of the first output, and where the operator stands in the file.
  void begin(std::string name, Provenance origin);
  const std::string& name() const { return name_; }
  const Provenance& origin() const { return origin_; }
  // Counts towards limits().nodes.  Errors: limit.
  Status spend(std::uint64_t nodes);

  // A node in front of the last one, named after both.
  Result<ValueId> step(std::string_view op, const AttributeList& attributes, std::vector<ValueId> in);
  Outputs step_many(std::string_view op, const AttributeList& attributes, std::vector<ValueId> in, std::size_t outputs);
  // The last node, whose outputs have the operator's names; or the one that makes its output `index`.
  Outputs finish(std::string_view op, const AttributeList& attributes, std::vector<ValueId> in,
                 std::size_t outputs = 1);
  Result<ValueId> finish_one(std::string_view op, const AttributeList& attributes, std::vector<ValueId> in,
                             std::size_t index);
  // The operator as the file has it, when dlas cannot compute it.
  std::vector<ValueId> keep_unknown(std::string_view op, std::vector<ValueId> in, std::size_t outputs,
                                    std::string_view why);

  ValueId list(const Numbers& numbers);
  ValueId constant(Tensor tensor, std::string_view name = "constant");
  // A constant of one number in the given type.  Errors: unsupported for a type without such numbers.
  Result<ValueId> scalar(DType dtype, double number);
  Result<ValueId> cast(ValueId value, DType dtype);

  // A tensor of a file as a constant, counted against one budget for all.  Errors: of load_tensor.
  Result<Tensor> load(const TensorProto& proto) { return load_tensor(proto, source_, copies_); }

  // The numbers of an integer constant of one axis or none; nothing when it is none.
  std::optional<Numbers> numbers(ValueId value) const;
  // The same, with kOpen and kBatch for what is not known.
  std::optional<Numbers> sizes(ValueId value) const;
  void tell(ValueId value, Numbers sizes);
  // Tells the shape of a value that an operator's rule could not; negative ones are not known.
  void declare(ValueId value, const Numbers& sizes);

 private:
  Result<NodeId> add(std::string_view op, const AttributeList& attributes, std::vector<ValueId> in,
                     std::vector<ValueId> out);
  Status infer(NodeId node, const AttributeList& attributes);
  bool keep_view(NodeId node);
  ValueId fresh(std::string name);
  std::string output_name(std::size_t index) const;

  Source source_;
  Graph graph_;
  CopyBudget copies_;
  std::string name_ = "value";
  Provenance origin_;
  std::map<ValueId, Numbers> sizes_;
  std::uint64_t folded_ = 0;
  std::uint64_t spent_ = 0;
};

}  // namespace dlas::tensorflow
