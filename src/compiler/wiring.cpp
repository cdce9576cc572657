#include "compiler/wiring.h"

namespace dlas::compiler {

Wiring::Wiring(const Graph& graph)
    : graph_(graph),
      uses_(graph.values().size(), 0),
      output_(graph.values().size(), 0),
      reader_(graph.values().size(), kNone) {
  for (std::size_t n = 0; n < graph.nodes().size(); ++n)
    for (const ValueId v : graph.nodes()[n].inputs)
      if (v != kNone) {
        ++uses_[at(v)];
        reader_[at(v)] = static_cast<NodeId>(n);
      }
  for (const ValueId v : graph.outputs) {
    ++uses_[at(v)];
    output_[at(v)] = 1;
  }
}

const Node* Wiring::only_reader(ValueId value) const {
  if (value == kNone || uses_[at(value)] != 1 || is_output(value)) return nullptr;
  return &graph_.node(reader_[at(value)]);
}

const Node* Wiring::producer(ValueId value) const {
  if (value == kNone || graph_.value(value).producer == kNone) return nullptr;
  return &graph_.node(graph_.value(value).producer);
}

ValueId input(const Node& node, std::size_t slot) { return slot < node.inputs.size() ? node.inputs[slot] : kNone; }

bool has_input(const Node& node, std::size_t slot) { return input(node, slot) != kNone; }

const Tensor* constant_input(const Graph& graph, const Node& node, std::size_t slot) {
  const ValueId v = input(node, slot);
  return v != kNone && graph.value(v).is_constant() ? &graph.value(v).constant : nullptr;
}

std::optional<double> scalar(const Graph& graph, ValueId value) {
  if (value == kNone || !graph.value(value).is_constant() || graph.value(value).type.quantized()) return std::nullopt;
  const Tensor& t = graph.value(value).constant;
  if (t.count() != 1 || is_packed(t.dtype())) return std::nullopt;
  return t.number(0);
}

}  // namespace dlas::compiler
