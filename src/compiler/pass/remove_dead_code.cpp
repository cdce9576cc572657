// Drops nodes and constants that no output of the graph needs. Keeps every output bit for bit.
#include <set>

#include "compiler/pass/list.h"

namespace dlas::compiler {
namespace {

Result<Outcome> run(Graph& graph, const Settings&) {
  Outcome outcome;
  const Graph before = graph;
  graph.prune();
  std::set<std::string> alive;  // names of values: a node lives when one of its outputs does
  for (const Value& value : graph.values()) alive.insert(value.name);
  for (const Node& node : before.nodes()) {
    bool lives = false;
    for (const ValueId v : node.outputs) lives = lives || (v != kNone && alive.contains(before.value(v).name));
    if (!lives) outcome.changed(node, "no output needs it");
  }
  if (outcome.changes.empty()) outcome.absent = "every node is needed by an output";
  return outcome;
}

}  // namespace

const Pass remove_dead_code = {.name = "remove_dead_code", .summary = "drops nodes that no output needs", .run = run};

}  // namespace dlas::compiler
