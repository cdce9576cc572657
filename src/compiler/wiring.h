// Who reads what in a graph, answered in constant time. A snapshot: changes of the graph are not seen.
#pragma once

#include <span>
#include <vector>

#include "model/graph/graph.h"

namespace dlas::compiler {

class Wiring {
 public:
  explicit Wiring(const Graph& graph);

  // Input slots that read the value, plus once for each time it is an output of the graph.
  std::size_t uses(ValueId value) const { return uses_[at(value)]; }
  bool is_output(ValueId value) const { return output_[at(value)] != 0; }
  // The node that alone reads the value, in one slot; null when it has other uses or none.
  const Node* only_reader(ValueId value) const;
  // The node that computes the value; null for inputs, constants and absent values.
  const Node* producer(ValueId value) const;
  const Graph& graph() const { return graph_; }

 private:
  static std::size_t at(ValueId value) { return static_cast<std::size_t>(value); }
  const Graph& graph_;
  std::vector<std::size_t> uses_;
  std::vector<char> output_;
  std::vector<NodeId> reader_;  // the last one
};

// The content of an input slot when it is a constant; null otherwise, and where the slot is absent.
const Tensor* constant_input(const Graph& graph, const Node& node, std::size_t slot);
// The value in a slot, kNone when the node has none.
ValueId input(const Node& node, std::size_t slot);
bool has_input(const Node& node, std::size_t slot);
// The one number of a constant with one element.
std::optional<double> scalar(const Graph& graph, ValueId value);

}  // namespace dlas::compiler
