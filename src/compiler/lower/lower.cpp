#include "compiler/lower/lower.h"

#include <algorithm>
#include <map>

#include "compiler/fused.h"
#include "compiler/lower/anchor.h"
#include "compiler/lower/reference_task.h"
#include "compiler/lower/rules.h"
#include "compiler/plan/sharing.h"
#include "model/executor/execution.h"
#include "model/op/list_elementwise.h"
#include "model/op/list_nn.h"
#include "model/op/list_shape.h"

namespace dlas::compiler {
namespace {

std::size_t at(ValueId v) { return static_cast<std::size_t>(v); }

Rule rule_of(const Op* op) {
  static const std::map<const Op*, Rule> rules{
      {&op::average_pool, lower_pool},
      {&op::concat, lower_concat},
      {&op::dropout, lower_reshape},
      {&op::flatten, lower_reshape},
      {&op::global_average_pool, lower_global_pool},
      {&op::global_max_pool, lower_global_pool},
      {&op::identity, lower_reshape},
      {&op::lrn, lower_lrn},
      {&op::max_pool, lower_pool},
      {&op::reshape, lower_reshape},
      {&op::softmax, lower_softmax},
      {&op::squeeze, lower_reshape},
      {&op::transpose, lower_transpose},
      {&op::unsqueeze, lower_reshape},
  };
  const auto it = rules.find(op);
  return it == rules.end() ? nullptr : it->second;
}

class Lower {
 public:
  Lower(std::shared_ptr<const Graph> graph, const algorithm::Target& target, Traits traits)
      : lowering_(target, traits), scope_{std::move(graph), {}} {}

  Result<Program> run() {
    const Graph& graph = *scope_.graph;
    open(scope_);
    for (std::size_t i = 0; i < graph.inputs.size(); ++i) add_input(graph.inputs[i], i);
    for (const Node& node : graph.nodes()) DLAS_TRY(lower_node(scope_, node));
    for (const ValueId v : graph.outputs) lowering_.program.outputs.push_back(lowering_.plain(scope_, v));
    share(lowering_.program);
    return std::move(lowering_.program);
  }

 private:
  // Places for the constants of a graph.
  void open(Scope& scope) {
    scope.reps.assign(scope.graph->values().size(), kNone);
    for (std::size_t v = 0; v < scope.reps.size(); ++v) {
      const Value& value = scope.graph->values()[v];
      if (value.is_constant())
        scope.reps[v] = lowering_.add_rep({.name = value.name, .type = value.type, .known = value.constant});
    }
  }

  void add_input(ValueId v, std::size_t place) {
    const Value& value = scope_.graph->value(v);
    if (value.is_constant()) return;
    const bool sized = value.type.fixed();
    const SlotId slot = lowering_.program.add({.name = value.name,
                                               .home = Home::input,
                                               .dtype = value.type.dtype,
                                               .shape = sized ? value.type.shape() : Shape{},
                                               .sized = sized,
                                               .place = place});
    scope_.reps[at(v)] = lowering_.add_rep({.name = value.name, .type = value.type, .plain = slot});
  }

  bool constant_alone(const Scope& scope, const Node& node) {
    for (std::size_t i = 0; i < node.inputs.size(); ++i)
      if (node.inputs[i] != kNone && !lowering_.known(scope, node, i)) return false;
    return true;
  }

  Status compute_now(Scope& scope, const Node& node) {
    std::vector<Tensor> in;
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
      const Tensor* known = lowering_.known(scope, node, i);
      in.push_back(known ? *known : Tensor());
    }
    DLAS_ASSIGN(auto out,
                execute(*scope.graph, node, actual_types(*scope.graph, node, in), in, lowering_.traits, usage_));
    for (std::size_t i = 0; i < node.outputs.size(); ++i)
      if (node.outputs[i] != kNone) {
        const Value& value = scope.graph->value(node.outputs[i]);
        scope.reps[at(node.outputs[i])] = lowering_.add_rep({.name = value.name, .type = value.type, .known = out[i]});
      }
    return {};
  }

  // Operators that take those behind them along.
  static bool is_chained(const Node& node) {
    return is_anchor(node) || (node.op->elementwise && node.op != &op::identity && node.op != &op::dropout);
  }
  Lowered lower_chain(Scope& scope, std::span<const Node* const> chain) {
    return is_anchor(*chain[0]) ? lower_anchor(lowering_, scope, chain) : lower_pointwise(lowering_, scope, chain);
  }

  Status lower_node(Scope& scope, const Node& node) {
    if (constant_alone(scope, node)) return compute_now(scope, node);
    if (node.op == &fused) return lower_fused(scope, node);
    std::string reason = "no fast kernel for " + node.op_name;
    const Node* const chain[] = {&node};
    if (is_chained(node)) {
      const Lowered done = lower_chain(scope, chain);
      if (done.nodes > 0) return {};
      reason = done.reason;
    } else if (const Rule rule = rule_of(node.op)) {
      reason = rule(lowering_, scope, node);
      if (reason.empty()) return {};
    }
    add_reference_task(lowering_, scope, node, std::move(reason));
    return {};
  }

  // The body's operators in the place of the node.
  Status lower_fused(Scope& outer, const Node& node) {
    DLAS_ASSIGN(Graph body, body_of(node.attributes.as<FusedAttributes>(), input_types(*outer.graph, node), {}));
    Scope scope{std::make_shared<const Graph>(std::move(body)), {}};
    open(scope);
    for (std::size_t i = 0; i < node.inputs.size(); ++i)
      scope.reps[at(scope.graph->inputs[i])] = outer.reps[at(node.inputs[i])];
    std::vector<const Node*> chain;
    for (const Node& inner : scope.graph->nodes()) chain.push_back(&inner);
    std::span<const Node* const> rest = chain;
    while (!rest.empty()) {
      std::size_t done = 0;
      if (is_chained(*rest[0]) && !constant_alone(scope, *rest[0])) done = lower_chain(scope, rest).nodes;
      if (done == 0) {
        DLAS_TRY(lower_node(scope, *rest[0]));
        done = 1;
      }
      rest = rest.subspan(done);
    }
    for (std::size_t i = 0; i < node.outputs.size(); ++i)
      outer.reps[at(node.outputs[i])] = scope.reps[at(scope.graph->outputs[i])];
    return {};
  }

  Lowering lowering_;
  Scope scope_;
  Usage usage_;
};

}  // namespace

Result<Program> lower(std::shared_ptr<const Graph> graph, const algorithm::Target& target, Traits traits) {
  return Lower(std::move(graph), target, traits).run();
}

}  // namespace dlas::compiler
