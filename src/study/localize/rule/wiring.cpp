// The target's node reads another value than the counterpart of what the source's node reads.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "study/localize/rule/edits.h"
#include "study/localize/rule/list.h"
#include "study/repair/splice.h"

namespace dlas::study::localize {
namespace {

const Aligned* with_a(const Case& c, int step) {
  const auto found = std::ranges::find(c.settled.pairs, step, &Aligned::step_a);
  return found == c.settled.pairs.end() ? nullptr : &*found;
}

bool reads_counterpart(const std::vector<ValueId>& reads, const Aligned& pair) {
  return std::ranges::find(reads, pair.b) != reads.end();
}

// The region with another value in the place of one that it reads.
std::function<Status(Cone&)> instead(ValueId old, const Aligned& right, const Graph& graph) {
  return [old, right, &graph](Cone& cone) -> Status {
    const auto at = std::ranges::find(cone.reads, old);
    if (at == cone.reads.end()) return make_error(Code::graph, "a value that the region reads", "another");
    *at = right.b;
    const ValueId input = cone.graph.inputs[static_cast<std::size_t>(at - cone.reads.begin())];
    cone.graph.value(input).type = graph.value(right.b).type;
    return {};
  };
}

std::vector<Edit> edits(const Case& c, ValueId wrong, ValueId right) {
  const Graph& file = c.models.b.file;
  const ValueId old = file.find(c.models.b.graph.value(wrong).name),
                now = file.find(c.models.b.graph.value(right).name);
  const Node* node = c.node_b() ? file_node(c, *c.node_b()) : nullptr;
  if (!node || old == kNone || now == kNone) return {};
  std::vector<Edit> out;
  for (std::size_t slot = 0; slot < node->inputs.size(); ++slot)
    if (node->inputs[slot] == old)
      out.push_back(Rewire{node_name(file, static_cast<NodeId>(node - file.nodes().data())),
                           static_cast<std::int64_t>(slot), file.value(now).name, file.value(old).name});
  return out;
}

// The same operands in another order.
std::optional<Proposal> reordered_operands(const Case& c) {
  const Node *a = c.node_a(), *b = c.node_b();
  if (!a || !b || a->inputs.size() != b->inputs.size() || a->inputs.size() < 2) return std::nullopt;
  std::vector<std::size_t> from;  // for each slot the one that has its operand now
  for (std::size_t slot = 0; slot < a->inputs.size(); ++slot) {
    const ValueId v = a->inputs[slot];
    const int step = v == kNone ? -1 : c.models.flow_a.of_value[static_cast<std::size_t>(v)];
    const Aligned* pair = step < 0 ? nullptr : with_a(c, step);
    std::size_t found = 0;
    while (found < b->inputs.size() &&
           (!pair || b->inputs[found] == kNone ||
            c.models.flow_b.of_value[static_cast<std::size_t>(b->inputs[found])] != pair->step_b ||
            std::ranges::find(from, found) != from.end()))
      ++found;
    if (found == b->inputs.size()) return std::nullopt;
    from.push_back(found);
  }
  if (std::ranges::is_sorted(from)) return std::nullopt;
  Proposal out;
  out.category = Category::graph;
  out.rule = "wiring";
  out.diagnosis = "its operands stand in another order than the source's";
  out.change = [from](Cone& cone) -> Status {
    Node& node = cone.graph.node(cone.graph.value(cone.graph.outputs[0]).producer);
    const std::vector<ValueId> now = node.inputs;
    for (std::size_t slot = 0; slot < from.size(); ++slot) node.inputs[slot] = now[from[slot]];
    return {};
  };
  const Graph& file = c.models.b.file;
  const Node* node = file_node(c, *b);
  for (std::size_t slot = 0; node && node->inputs.size() == from.size() && slot < from.size(); ++slot)
    if (from[slot] != slot)
      out.edits.push_back(Rewire{node_name(file, static_cast<NodeId>(node - file.nodes().data())),
                                 static_cast<std::int64_t>(slot), file.value(node->inputs[from[slot]]).name,
                                 file.value(node->inputs[slot]).name});
  return out;
}

}  // namespace

std::vector<Proposal> wiring(const Case& c) {
  std::vector<const Aligned*> missing;  // counterparts that the region should read
  for (const ValueId v : c.cone_a.reads) {
    const Aligned* pair = with_a(c, c.models.flow_a.of_value[static_cast<std::size_t>(v)]);
    if (pair && !reads_counterpart(c.cone_b.reads, *pair)) missing.push_back(pair);
  }
  std::vector<Proposal> out;
  if (auto order = reordered_operands(c)) out.push_back(*std::move(order));
  for (const ValueId v : c.cone_b.reads) {
    const auto pair = std::ranges::find(c.settled.pairs, v, &Aligned::b);
    const bool right =
        pair != c.settled.pairs.end() && std::ranges::find(c.cone_a.reads, pair->a) != c.cone_a.reads.end();
    for (const Aligned* wanted : missing) {
      if (right && c.cone_b.reads.size() > 1) continue;
      Proposal one;
      one.category = Category::graph;
      one.rule = "wiring";
      one.diagnosis = fmt::format("it reads '{}' where the source reads '{}'", c.models.b.graph.value(v).name,
                                  c.models.a.graph.value(wanted->a).name);
      one.change = instead(v, *wanted, c.models.b.graph);
      one.edits = edits(c, v, wanted->b);
      out.push_back(std::move(one));
    }
  }
  return out;
}

}  // namespace dlas::study::localize
