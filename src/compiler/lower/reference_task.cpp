#include "compiler/lower/reference_task.h"

#include <algorithm>

#include "model/executor/execution.h"

namespace dlas::compiler {
namespace {

class ReferenceTask final : public Task {
 public:
  ReferenceTask(std::shared_ptr<const Graph> graph, const Node& node) : graph_(std::move(graph)), node_(node) {}

  // By input and output slot of the node; kNoSlot where it has none or a constant.
  std::vector<SlotId> in, out;
  std::vector<Tensor> constants;

  std::string describe() const override { return "reference"; }

  Status run(Frame& frame) const override {
    std::vector<Tensor> tensors = constants;
    for (std::size_t i = 0; i < in.size(); ++i)
      if (in[i] != kNoSlot) tensors[i] = frame.tensor(in[i]);
    const Types types = actual_types(*graph_, node_, tensors);
    DLAS_ASSIGN(auto made, execute(*graph_, node_, types, tensors, frame.traits, frame.usage));
    for (std::size_t i = 0; i < out.size(); ++i)
      if (out[i] != kNoSlot) frame.hold(out[i], std::move(made[i]));
    return {};
  }

 private:
  std::shared_ptr<const Graph> graph_;
  const Node& node_;
};

void count_work(Task& task, const Graph& graph, const Node& node) {
  const Types in = input_types(graph, node), out = output_types(graph, node);
  const auto fixed = [](const Type& t) { return t.dtype == DType::none || t.fixed(); };
  if (!std::ranges::all_of(in, fixed) || !std::ranges::all_of(out, fixed)) return;
  const std::vector<Tensor> constants = input_constants(graph, node);
  task.macs = cost_of(Site{*node.op, node.name, node.attributes, constants, node.outputs.size()}, in, out).macs;
}

}  // namespace

void add_reference_task(Lowering& lowering, Scope& scope, const Node& node, std::string reason) {
  auto task = std::make_unique<ReferenceTask>(scope.graph, node);
  task->fallback = std::move(reason);
  count_work(*task, *scope.graph, node);
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    const Tensor* known = lowering.known(scope, node, i);
    task->constants.push_back(known ? *known : Tensor());
    const bool absent = node.inputs[i] == kNone || known;
    task->in.push_back(absent ? kNoSlot : lowering.plain(scope, node.inputs[i]));
    if (!absent && std::ranges::find(task->reads, task->in.back()) == task->reads.end())
      task->reads.push_back(task->in.back());
  }
  for (const ValueId v : node.outputs) {
    task->out.push_back(kNoSlot);
    if (v == kNone) continue;
    const Value& value = scope.graph->value(v);
    const bool sized = value.type.fixed();
    task->out.back() = lowering.program.add({.name = value.name,
                                             .home = Home::held,
                                             .dtype = value.type.dtype,
                                             .shape = sized ? value.type.shape() : Shape{},
                                             .sized = sized,
                                             .place = lowering.program.held++});
    task->writes.push_back(task->out.back());
    scope.reps[static_cast<std::size_t>(v)] =
        lowering.add_rep({.name = value.name, .type = value.type, .plain = task->out.back()});
  }
  lowering.add(std::move(task), node);
}

}  // namespace dlas::compiler
