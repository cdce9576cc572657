#include "model/graph/computed_weights.h"

namespace dlas {

ComputedWeights computed_weights(const Graph& graph) {
  ComputedWeights out{std::vector<char>(graph.values().size(), 0), std::vector<char>(graph.values().size(), 0)};
  std::vector<char> of_parameters(graph.values().size(), 0);
  const auto at = [](ValueId v) { return static_cast<std::size_t>(v); };
  for (const Node& node : graph.nodes()) {
    bool constant = node.op != nullptr && !node.inputs.empty(), parameters = false;
    for (const ValueId v : node.inputs) {
      if (v == kNone) continue;
      const Value& value = graph.value(v);
      constant = constant && (value.is_constant() || out.is[at(v)]);
      parameters = parameters || of_parameters[at(v)] ||
                   (value.is_constant() && (is_float(value.type.dtype) || value.type.quantized()));
    }
    if (!constant) continue;
    for (const ValueId v : node.outputs) {
      if (v == kNone || !graph.value(v).type.fixed()) continue;
      out.is[at(v)] = 1;
      out.counted[at(v)] = !parameters && is_float(graph.value(v).type.dtype);
      of_parameters[at(v)] = parameters || out.counted[at(v)];
    }
  }
  return out;
}

}  // namespace dlas
