// The graph: the only meeting place of readers, passes, executors and studies. A value type: copying a graph is cheap
// in weights, since tensors are shared.
//
// In this folder: type.h (what a value is), attribute.h (typed attributes), operator.h (what an operator is),
// graph.h (nodes and values), infer.h (types), verify.h (the rules), text_form.h (printing and parsing).
// May include base only. Nodes stand in topological order; the verifier insists on it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/hash.h"
#include "base/tensor.h"
#include "model/graph/attribute.h"
#include "model/graph/operator.h"
#include "model/graph/type.h"

namespace dlas {

using ValueId = std::int32_t;
using NodeId = std::int32_t;
inline constexpr std::int32_t kNone = -1;  // absent input, no producer

// Where something came from.
struct Provenance {
  std::string file;                     // path of the file, empty for what dlas made
  std::string name;                     // its name there
  std::optional<std::uint64_t> offset;  // first byte of a constant's data in `file`
  std::uint64_t bytes = 0;
};

struct Value {
  std::string name;  // unique in the graph, never empty
  Type type;
  Tensor constant;  // absent unless the value is a constant
  Provenance origin;
  NodeId producer = kNone;  // the node that computes it
  bool is_constant() const { return !constant.absent(); }
};

struct Node {
  std::string name;
  const Op* op = nullptr;  // null: an operator dlas does not know; show works, run refuses
  std::string op_name;     // as shown to the user; the file's own name when op is null
  AttributeSet attributes;
  std::vector<ValueId> inputs;   // kNone where an optional input is absent
  std::vector<ValueId> outputs;  // kNone where an optional output is absent
  Provenance origin;
};

enum class Severity { info, warning, not_executable };
struct Note {  // what a reader or the verifier wants the user to know
  Severity severity = Severity::info;
  std::string node;
  std::string text;
};

class Graph {
 public:
  std::string name;
  std::vector<ValueId> inputs, outputs;
  std::vector<Note> notes;
  std::map<std::string, std::string> metadata;

  ValueId add_value(Value value);  // makes an empty or taken name unique: "x", "x_1", ...
  ValueId add_input(std::string name, Type type);
  ValueId add_constant(std::string name, Tensor data, Provenance origin = {});
  NodeId add_node(Node node);  // appends; sets the producer of its outputs
  // One node with one output of a fresh value.
  ValueId add(const Op& op, AttributeSet attributes, std::vector<ValueId> in, std::string name);

  const std::vector<Node>& nodes() const { return nodes_; }
  const std::vector<Value>& values() const { return values_; }
  const Node& node(NodeId id) const { return nodes_[static_cast<std::size_t>(id)]; }
  const Value& value(ValueId id) const { return values_[static_cast<std::size_t>(id)]; }
  Node& node(NodeId id) { return nodes_[static_cast<std::size_t>(id)]; }
  Value& value(ValueId id) { return values_[static_cast<std::size_t>(id)]; }
  ValueId find(std::string_view value_name) const;  // kNone when there is none

  // Sorts the nodes topologically (stable). Errors: a cycle, named by a node on it; a value with two producers.
  Status sort();
  // Drops nodes and values that no output needs; ids change.
  void prune();
  // For every value the nodes that read it; graph outputs are not counted.
  std::vector<std::vector<NodeId>> users() const;

 private:
  std::vector<Node> nodes_;
  std::vector<Value> values_;
  std::map<std::string, ValueId, std::less<>> names_;
};

// Input types and contents of a node, as infer and cost want them.
Types input_types(const Graph& graph, const Node& node);
Types output_types(const Graph& graph, const Node& node);
std::vector<Tensor> input_constants(const Graph& graph, const Node& node);

// The part of `graph` between values: `from` become inputs, `to` outputs; constants come along.
// Errors: an output that needs something not reachable from `from` and constants alone.
Result<Graph> subgraph(const Graph& graph, const std::vector<ValueId>& from, const std::vector<ValueId>& to);

// Depends on operators, attributes, wiring, types and contents, not on names or the order of independent nodes.
Hash structure_hash(const Graph& graph);
// The same for every value: what computes it.
std::vector<Hash> value_hashes(const Graph& graph);

// Sums over a graph with fixed shapes; operators without shapes count nothing.
struct Totals {
  std::uint64_t macs = 0, parameters = 0, parameter_bytes = 0, peak_activation_bytes = 0;
};
Totals totals(const Graph& graph);

}  // namespace dlas
