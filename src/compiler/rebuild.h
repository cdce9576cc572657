// Writes a new graph node by node while reading an old one: how a pass changes a graph.
//
// A pass walks the nodes of `before()` in order. Each one it copies, or replaces by nodes that compute the same values, or skips.
// Values keep their names and provenance; so anything that still exists can be asked for by the name it had in the file.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "model/graph/graph.h"

namespace dlas::compiler {

class Rebuild {
 public:
  explicit Rebuild(const Graph& before);  // copies nothing but the inputs
  const Graph& before() const { return before_; }
  Graph& after() { return after_; }

  // The new id of an old value; constants come along when they are first asked for.
  // REQUIRES: an input, a constant, or the output of a node that was copied or replaced before.
  ValueId mapped(ValueId old);
  std::vector<ValueId> mapped(const std::vector<ValueId>& old);

  // The node as it is, or with other operator, attributes or (old) inputs; its outputs keep their names and types.
  void copy(const Node& node);
  // The same, with inputs that are ids of the new graph.
  void put(Node node, std::vector<ValueId> new_inputs);

  // A fresh node with one output, for use inside a replacement. Inputs are new ids; the type is inferred now.
  ValueId emit(const Op& op, AttributeSet attributes, std::vector<ValueId> new_inputs, std::string name);
  // The same as what computes the old value `old`: takes over its name, type and provenance. The node is called and comes from
  // where `like` does, or the old producer.
  ValueId emit_as(ValueId old, const Op& op, AttributeSet attributes, std::vector<ValueId> new_inputs,
                  const Node* like = nullptr);
  ValueId constant(std::string name, Tensor data, Provenance origin = {});
  // Readers of `old` read the new value `now` instead.
  void replace(ValueId old, ValueId now) { map_[old] = now; }
  const Type& type(ValueId now) const { return after_.value(now).type; }

  // Replaces `graph` by the new one: outputs mapped, what nothing needs dropped.
  // Errors: internal, when an operator's rule refused what a pass wrote; `graph` is left as it was.
  Status finish(Graph& graph);

 private:
  ValueId append(Node node, Value value);
  const Graph& before_;
  Graph after_;
  std::map<ValueId, ValueId> map_;
  Status refused_;  // the first rule that did not hold
};

}  // namespace dlas::compiler
