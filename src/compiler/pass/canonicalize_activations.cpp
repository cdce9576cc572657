// Activations that exporters spell out become one operator, so that they can be fused and computed in one go:
//   Clip(x, 0, 6), Min(Max(x, 0), 6)                       ->  Relu6(x)
//   Clip(x, 0, infinity), Max(x, 0)                        ->  Relu(x)
//   x HardSigmoid(x; 1/6, 1/2),  x Relu6(x + 3) / 6        ->  HardSwish(x)
//   x Sigmoid(x)                                           ->  Swish(x)
//   x / 2 (1 + Erf(x / sqrt 2)), factors in any order      ->  Gelu(x)
// Outputs stay within rounding: the one operator rounds once where the chain rounds several times. A Clip without an upper limit
// turns infinity into the largest float, so it is no Relu and stays.
#include <cmath>
#include <numbers>
#include <optional>

#include "compiler/attributes.h"
#include "compiler/pass/list.h"
#include "compiler/rebuild.h"
#include "compiler/wiring.h"
#include "model/op/list_elementwise.h"

namespace dlas::compiler {
namespace {

struct Match {
  const Op* op = nullptr;
  ValueId x = kNone;
};

class Finder {
 public:
  explicit Finder(const Wiring& wiring) : wiring_(wiring), graph_(wiring.graph()) {}

  std::optional<Match> match(const Node& node) const {
    if (node.op == &op::clip) return clip(node);
    if (node.op == &op::min || node.op == &op::max) return limit(node);
    if (node.op != &op::mul && node.op != &op::div) return std::nullopt;
    if (auto m = hard_swish(node)) return m;
    if (node.op == &op::div || activates(node)) return std::nullopt;
    for (const std::size_t slot : {0U, 1U}) {
      const ValueId x = node.inputs[slot];
      const Node* gate = wiring_.producer(node.inputs[1 - slot]);
      if (!gate || gate->inputs.empty() || gate->inputs[0] != x) continue;
      if (gate->op == &op::sigmoid) return Match{&op::swish, x};
    }
    return gelu(node);
  }

 private:
  bool is(ValueId v, double wanted) const {
    const auto found = scalar(graph_, v);
    return found && std::abs(*found - wanted) <= std::abs(wanted) * 0x1p-23;  // a float32 that stands for `wanted`
  }
  bool plain_float(ValueId v) const {
    return is_float(graph_.value(v).type.dtype) && !graph_.value(v).type.quantized();
  }

  // The operand of a two-input node whose other operand is the constant `wanted`.
  std::optional<ValueId> beside(const Node* node, const Op& wanted_op, double wanted) const {
    if (!node || node->op != &wanted_op || node->inputs.size() != 2 || activates(*node)) return std::nullopt;
    if (is(node->inputs[1], wanted)) return node->inputs[0];
    if (&wanted_op != &op::div && is(node->inputs[0], wanted)) return node->inputs[1];
    return std::nullopt;
  }

  std::optional<Match> clip(const Node& node) const {
    if (!is(input(node, 1), 0) || !has_input(node, 2) || !plain_float(node.inputs[0])) return std::nullopt;
    if (is(node.inputs[2], 6)) return Match{&op::relu6, node.inputs[0]};
    const auto upper = scalar(graph_, node.inputs[2]);
    return upper && std::isinf(*upper) && *upper > 0 ? std::optional(Match{&op::relu, node.inputs[0]}) : std::nullopt;
  }

  std::optional<Match> limit(const Node& node) const {
    if (node.op == &op::max) {
      const auto x = beside(&node, op::max, 0);
      return x && plain_float(*x) && keeps_shape(*x, node) ? std::optional(Match{&op::relu, *x}) : std::nullopt;
    }
    const auto inner = beside(&node, op::min, 6);
    if (!inner) return std::nullopt;
    const Node* producer = wiring_.producer(*inner);
    auto x = beside(producer, op::max, 0);
    if (!x && producer && producer->op == &op::relu) x = producer->inputs[0];
    return x && plain_float(*x) && keeps_shape(*x, node) ? std::optional(Match{&op::relu6, *x}) : std::nullopt;
  }

  // x Relu6(x + 3) / 6 in its three spellings, and x HardSigmoid(x).
  std::optional<Match> hard_swish(const Node& node) const {
    if (activates(node)) return std::nullopt;
    const auto gated = [&](ValueId gate, ValueId x) {  // gate = Relu6(x + 3)
      const Node* r = wiring_.producer(gate);
      if (!r || !(r->op == &op::relu6 || (r->op == &op::clip && clip(*r) && clip(*r)->op == &op::relu6))) return false;
      return beside(wiring_.producer(r->inputs[0]), op::add, 3) == x;
    };
    const auto sixth = [&](const Node* n) -> std::optional<ValueId> {
      if (auto v = beside(n, op::div, 6)) return v;
      return beside(n, op::mul, 1.0 / 6);
    };
    const auto product = [&](const Node& n) -> std::optional<ValueId> {  // x with n = x Relu6(x + 3)
      if (n.op != &op::mul || n.inputs.size() != 2 || activates(n)) return std::nullopt;
      for (const std::size_t s : {0U, 1U})
        if (gated(n.inputs[1 - s], n.inputs[s])) return n.inputs[s];
      return std::nullopt;
    };
    if (const auto inner = sixth(&node))
      if (const Node* p = wiring_.producer(*inner))
        if (const auto x = product(*p); x && plain_float(*x)) return Match{&op::hard_swish, *x};
    if (node.op != &op::mul) return std::nullopt;
    for (const std::size_t s : {0U, 1U}) {
      const ValueId x = node.inputs[s];
      const Node* gate = wiring_.producer(node.inputs[1 - s]);
      if (!gate || !plain_float(x)) continue;
      if (gate->op == &op::hard_sigmoid && gate->inputs[0] == x &&
          std::abs(*real(*gate, "alpha") - 1.0 / 6) <= 0x1p-26 && *real(*gate, "beta") == 0.5)
        return Match{&op::hard_swish, x};
      if (const auto g = sixth(gate); g && gated(*g, x)) return Match{&op::hard_swish, x};
    }
    return std::nullopt;
  }

  // 1 + Erf(x / sqrt 2), told by its x.
  std::optional<ValueId> erf_of(ValueId v) const {
    const auto e = beside(wiring_.producer(v), op::add, 1);
    const Node* erf = e ? wiring_.producer(*e) : nullptr;
    if (!erf || erf->op != &op::erf) return std::nullopt;
    const Node* scaled = wiring_.producer(erf->inputs[0]);
    if (auto x = beside(scaled, op::div, std::numbers::sqrt2)) return x;
    return beside(scaled, op::mul, 1 / std::numbers::sqrt2);
  }

  std::optional<Match> gelu(const Node& node) const {
    // The three factors x, 1/2 and 1 + Erf are multiplied in one of three orders.
    if (const auto inner = beside(&node, op::mul, 0.5))
      if (const Node* p = wiring_.producer(*inner); p && p->op == &op::mul && !activates(*p))
        for (const std::size_t s : {0U, 1U})
          if (erf_of(p->inputs[1 - s]) == p->inputs[s]) return Match{&op::gelu, p->inputs[s]};
    for (const std::size_t s : {0U, 1U}) {
      const ValueId a = node.inputs[s], b = node.inputs[1 - s];
      if (const auto x = beside(wiring_.producer(a), op::mul, 0.5); x && erf_of(b) == x) return Match{&op::gelu, *x};
      if (const auto e = beside(wiring_.producer(a), op::mul, 0.5); e && erf_of(*e) == b) return Match{&op::gelu, b};
    }
    return std::nullopt;
  }

  // A limit of more axes than x would make the result larger.
  bool keeps_shape(ValueId x, const Node& node) const {
    const Type &from = graph_.value(x).type, &to = graph_.value(node.outputs[0]).type;
    return from.ranked() && to.ranked() && from.rank() == to.rank();
  }

  const Wiring& wiring_;
  const Graph& graph_;
};

bool looked_at(const Node& node) {
  for (const Op* op : {&op::clip, &op::hard_sigmoid, &op::sigmoid, &op::erf, &op::min, &op::max})
    if (node.op == op) return true;
  return false;
}

Result<Outcome> run(Graph& graph, const Settings&) {
  Outcome outcome;
  const Graph before = graph;
  const Wiring wiring(before);
  const Finder finder(wiring);
  Rebuild out(before);
  for (const Node& node : before.nodes()) {
    const auto match = finder.match(node);
    if (!match) {
      if (looked_at(node))
        outcome.kept(node, node.op_name + " is no part of a pattern that has an operator of its own");
      out.copy(node);
      continue;
    }
    out.emit_as(node.outputs[0], *match->op, attributes_of(*match->op, {}), {out.mapped(match->x)});
    outcome.changed(node, "becomes " + std::string(match->op->name));
  }
  if (outcome.changes.empty() && outcome.obstacles.empty()) outcome.absent = "no activation that is spelled out";
  if (!outcome.changes.empty()) DLAS_TRY(out.finish(graph));
  return outcome;
}

}  // namespace

const Pass canonicalize_activations = {
    .name = "canonicalize_activations", .summary = "activations that are spelled out become one operator", .run = run};

}  // namespace dlas::compiler
