// The graph under construction: names, nodes on their way in, constants. Shared by reader, adapters, functions and If.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/file.h"
#include "model/format/onnx/proto.h"
#include "model/graph/graph.h"

namespace dlas::onnx {

// A node in the file's form; the adapters bring it into the newest opset's form.
struct Draft {
  std::string name, op_type;
  std::int64_t opset = 1;
  AttributeList attributes;
  std::vector<ValueId> inputs, outputs;
  Provenance origin;

  const AttributeValue* find(std::string_view attribute) const;
  void set(std::string_view attribute, AttributeValue value);
  void erase(std::string_view attribute);
  std::int64_t integer(std::string_view attribute, std::int64_t otherwise) const;
  std::vector<std::int64_t> integers(std::string_view attribute) const;
  ValueId input(std::size_t slot) const { return slot < inputs.size() ? inputs[slot] : kNone; }
  void set_input(std::size_t slot, ValueId value);
};

// What names mean inside one graph or function body; what is not here is looked for outside.
struct Scope {
  std::map<std::string_view, ValueId> names = {};
  std::set<std::string_view> given = {};  // names whose values exist before their node is met
  const Scope* outer = nullptr;
  std::int64_t opset = 1;
  std::uint64_t depth = 0;
  const std::map<std::string_view, AttributeProto>* bound = nullptr;  // attributes of the function call

  ValueId find(std::string_view name) const;
};

class Build {
 public:
  Build(File file, const ModelProto& model);

  Graph& graph() { return graph_; }
  const File& file() const { return file_; }

  // Names all outputs of `nodes` first, so that the order of nodes does not matter, then adds them one by one.
  void body(const std::vector<NodeProto>& nodes, Scope& scope);
  void initializers(const GraphProto& graph, Scope& scope);
  void node(const NodeProto& proto, Scope& scope);

  // functions.cpp, if.cpp and captures.cpp
  bool inline_function(const NodeProto& proto, Scope& scope);
  bool inline_if(const NodeProto& proto, Scope& scope);
  // Adds to the inputs of a node what its inner graphs read from outside.
  void add_captures(const NodeProto& proto, const Scope& scope, Draft& draft);

  ValueId constant(std::string name, Tensor tensor, Provenance origin = {});
  // Adds a node with one fresh output, in the newest form.
  ValueId emit(std::string op_type, AttributeList attributes, std::vector<ValueId> inputs, const Draft& before);
  void add(Draft draft);
  void note(Severity severity, std::string_view node, std::string text);

  // Keeps an error; the file is refused at the end.
  void problem(Error error);
  // False when the budget of nodes is used up (kept as a problem once).
  bool spend(std::uint64_t amount);
  // All problems as one error; REQUIRES: there are some.
  Error problems() const;
  bool ok() const { return problem_count_ == 0; }

 private:
  void name_outputs(const std::vector<NodeProto>& nodes, Scope& scope);
  void plain_node(const NodeProto& proto, Scope& scope);
  Status constant_node(const Draft& draft);
  ValueId opaque_constant(const TensorProto& tensor, const Error& why);
  void unknown(const Draft& draft, std::string why);
  void wire(const NodeProto& proto, Scope& scope, Draft& draft);
  // Adds an inner body whose outputs are those of `call`; what no inner node computes is copied.
  void splice(const std::vector<NodeProto>& nodes, const std::vector<std::string_view>& formal_outputs, Scope& inner,
              const NodeProto& call, const Scope& outer);
  using Copies = std::vector<std::pair<std::string_view, ValueId>>;  // name inside, value outside
  Copies give_outputs(const std::vector<NodeProto>& nodes, const std::vector<std::string_view>& formal_outputs,
                      Scope& inner, const NodeProto& call, const Scope& outer);
  void copy_outputs(const Copies& copies, const Scope& inner, const NodeProto& call, const Scope& outer);
  void bind_inputs(const FunctionProto& function, Scope& inner, const NodeProto& call, const Scope& outer);
  // Folds the nodes added so far, so that conditions computed from constants and fixed shapes are seen.
  void fold_added();
  bool deeper(Scope& inner, const Scope& outer, const NodeProto& call);
  Result<AttributeList> attributes(const NodeProto& proto, const Scope& scope);

  File file_;
  std::map<std::tuple<std::string_view, std::string_view, std::string_view>, const FunctionProto*> functions_;
  Graph graph_;
  std::vector<Error> problems_;
  std::uint64_t problem_count_ = 0;
  std::uint64_t spent_ = 0;
  NodeId folded_ = 0;  // nodes before this one were looked at by fold_added()
  std::uint64_t folded_bytes_ = 0;
};

// The attributes of a node with references to the function's attributes resolved; those without a value are left out.
std::vector<AttributeProto> bound_attributes(const NodeProto& proto, const Scope& scope);

std::int64_t standard_opset(const std::vector<OpsetProto>& opsets);
bool standard_domain(std::string_view domain);

}  // namespace dlas::onnx
