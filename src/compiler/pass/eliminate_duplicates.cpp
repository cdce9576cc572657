// Common subexpressions: of several nodes with the same operator, attributes and inputs the first one stays and its readers are theirs;
// of several equal constants, too. Keeps every output bit for bit.
#include <map>

#include "compiler/pass/list.h"
#include "compiler/rebuild.h"
#include "compiler/wiring.h"

namespace dlas::compiler {
namespace {

Hash key_of(const Graph& graph, const Node& node, const std::vector<ValueId>& inputs) {
  Hasher h;
  h.add(node.op_name);
  for (const NamedAttribute& a : node.attributes.list()) {
    h.add(a.name);
    add_to(h, a.value);
  }
  for (const ValueId v : inputs) h.add(static_cast<std::uint64_t>(v + 1));
  h.add(node.outputs.size());
  for (const ValueId v : node.outputs)  // what a file declared of them belongs to the value
    h.add(v == kNone ? "" : text(graph.value(v).type));
  return h.finish();
}

// Each constant to the first one with the same type and content.
void merge_constants(Rebuild& out, Outcome& outcome) {
  const Graph& graph = out.before();
  std::map<Hash, ValueId> first;
  for (ValueId v = 0; v < static_cast<ValueId>(graph.values().size()); ++v) {
    const Value& value = graph.value(v);
    if (!value.is_constant()) continue;
    const Hash key = Hasher().add(text(value.type)).add(hash_of(value.constant)).finish();
    const auto [it, fresh] = first.try_emplace(key, v);
    if (fresh || !value.constant.same_bits(graph.value(it->second).constant)) continue;
    out.replace(v, out.mapped(it->second));
    outcome.changes.push_back({value.name, "equal constants become one"});
  }
}

bool names_an_output(const Wiring& wiring, const Node& node) {
  for (const ValueId v : node.outputs)
    if (v != kNone && wiring.is_output(v)) return true;
  return false;
}

bool same_slots(const Node& a, const Node& b) {
  for (std::size_t i = 0; i < a.outputs.size(); ++i)
    if ((a.outputs[i] == kNone) != (b.outputs[i] == kNone)) return false;
  return a.outputs.size() == b.outputs.size();
}

Result<Outcome> run(Graph& graph, const Settings&) {
  Outcome outcome;
  const Graph before = graph;
  const Wiring wiring(before);
  Rebuild out(before);
  merge_constants(out, outcome);
  std::map<Hash, const Node*> first;
  for (const Node& node : before.nodes()) {
    const auto [it, fresh] = first.try_emplace(key_of(before, node, out.mapped(node.inputs)), &node);
    const bool twin = !fresh && it->second->op == node.op && node.op && same_slots(*it->second, node);
    if (twin && names_an_output(wiring, node)) outcome.kept(node, "it gives an output of the graph its name");
    if (!twin || names_an_output(wiring, node)) {
      out.copy(node);
      continue;
    }
    for (std::size_t i = 0; i < node.outputs.size(); ++i)
      if (node.outputs[i] != kNone) out.replace(node.outputs[i], out.mapped(it->second->outputs[i]));
    outcome.changed(node, "computed already by '" + it->second->name + "'");
  }
  if (outcome.changes.empty() && outcome.obstacles.empty()) outcome.absent = "no two nodes compute the same";
  if (!outcome.changes.empty()) DLAS_TRY(out.finish(graph));
  return outcome;
}

}  // namespace

const Pass eliminate_duplicates = {
    .name = "eliminate_duplicates", .summary = "what is computed twice is computed once", .run = run};

}  // namespace dlas::compiler
