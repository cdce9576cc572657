#include "study/localize/forcing/region.h"

#include "compiler/executor.h"
#include "model/executor/fold.h"
#include "model/graph/infer.h"
#include "study/localize/normal/random_move.h"

namespace dlas::study::localize {
namespace {

Status resize(Graph& graph, const std::vector<Shape>& sizes) {
  bool other = false;
  for (std::size_t i = 0; i < graph.inputs.size(); ++i) {
    Type& type = graph.value(graph.inputs[i]).type;
    other |= !type.fixed() || type.shape() != sizes[i];
    type.dims.emplace(sizes[i].begin(), sizes[i].end());
  }
  if (!other) return {};
  for (std::size_t i = 0; i < graph.values().size(); ++i)
    if (Value& value = graph.value(static_cast<ValueId>(i)); value.producer != kNone) value.type = Type();
  return infer_types(graph);
}

// Constants that decide sizes stay: a scale of Resize moved by a little would give another number of rows.
std::set<ValueId> of_sizes(const Graph& graph) {
  std::set<ValueId> out;
  for (const Node& node : graph.nodes())
    if (node.op_name == "Resize" || node.op_name == "Range") out.insert(node.inputs.begin(), node.inputs.end());
  return out;
}

void move_constants(Graph& graph, double unit) {
  const std::set<ValueId> fixed = of_sizes(graph);
  for (std::size_t i = 0; i < graph.values().size(); ++i)
    if (Value& value = graph.value(static_cast<ValueId>(i));
        value.is_constant() && !fixed.contains(static_cast<ValueId>(i)))
      value.constant = moved_relative(value.constant, unit, i + 1);
}

}  // namespace

Result<Region> make_region(const Cone& cone, const std::vector<Shape>& sizes, double unit) {
  Graph graph = cone.graph;
  DLAS_TRY(resize(graph, sizes));
  if (unit > 0) move_constants(graph, unit);
  Region out{cone.reads, cone.nodes, nullptr};
  DLAS_ASSIGN(out.executor, compiler::make_executor(graph, {}));
  return out;
}

Result<Tensor> run(const Region& region, const std::vector<Tensor>& given) {
  DLAS_ASSIGN(Outputs outputs, region.executor->run(given, {}));
  return std::move(outputs.outputs[0]);
}

}  // namespace dlas::study::localize
