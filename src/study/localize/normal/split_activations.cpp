#include "study/localize/normal/split_activations.h"

#include <array>

#include "compiler/attributes.h"
#include "compiler/rebuild.h"
#include "model/op/list_elementwise.h"

namespace dlas::study::localize {
namespace {

struct Named {
  std::string_view word;
  const Op* op;
};

const Op* activation_of(const Node& node) {
  static const std::array kAll = {Named{"relu", &op::relu}, Named{"relu6", &op::relu6},
                                  Named{"relu_n1_to_1", &op::relu_n1_to_1}, Named{"tanh", &op::tanh}};
  if (!node.op || node.outputs.size() != 1) return nullptr;
  const std::string word = compiler::word(node, "activation");
  for (const Named& one : kAll)
    if (one.word == word) return one.op;
  return nullptr;
}

}  // namespace

Status split_activations(Graph& graph) {
  const Graph before = graph;
  compiler::Rebuild out(before);
  bool changed = false;
  for (const Node& node : before.nodes()) {
    const Op* activation = activation_of(node);
    if (!activation) {
      out.copy(node);
      continue;
    }
    changed = true;
    const ValueId plain =
        out.emit(*node.op, compiler::with(*node.op, node.attributes, {{"activation", std::string("none")}}),
                 out.mapped(node.inputs), before.value(node.outputs[0]).name + "/before_activation");
    Node& made = out.after().node(out.after().value(plain).producer);
    made.name = node.name;
    made.origin = node.origin;
    out.emit_as(node.outputs[0], *activation, compiler::attributes_of(*activation, {}), {plain}, &node);
  }
  return changed ? out.finish(graph) : Status();
}

}  // namespace dlas::study::localize
