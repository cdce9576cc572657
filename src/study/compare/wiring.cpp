#include "study/compare/wiring.h"

namespace dlas::study {

Wiring wiring(const Graph& graph) {
  Wiring out;
  std::vector<std::int32_t> maker(graph.values().size(), kNone);
  const auto make = [&](Wiring::Box& box, ValueId id) {
    const Value& value = graph.value(id);
    maker[static_cast<std::size_t>(id)] = static_cast<std::int32_t>(out.boxes.size());
    box.makes.push_back({value.name, text(value.type)});
  };
  for (const ValueId id : graph.inputs) {
    Wiring::Box box{graph.value(id).name, "", {}, {}};
    make(box, id);
    out.boxes.push_back(std::move(box));
  }
  for (const Node& node : graph.nodes()) {
    Wiring::Box box{node.name, node.op_name, {}, {}};
    for (const ValueId id : node.inputs)
      if (id != kNone && maker[static_cast<std::size_t>(id)] != kNone)
        box.reads.push_back(maker[static_cast<std::size_t>(id)]);
    for (const ValueId id : node.outputs)
      if (id != kNone) make(box, id);
    out.boxes.push_back(std::move(box));
  }
  for (const ValueId id : graph.outputs) out.outputs.push_back(graph.value(id).name);
  return out;
}

}  // namespace dlas::study
