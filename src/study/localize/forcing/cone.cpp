#include "study/localize/forcing/cone.h"

#include <algorithm>

namespace dlas::study::localize {
namespace {

struct Found {
  std::set<NodeId> nodes;
  std::set<ValueId> reads;
};

Result<Found> behind(const Graph& graph, const std::set<ValueId>& cuts, ValueId to) {
  Found found;
  std::vector<ValueId> open = {to};
  while (!open.empty()) {
    const ValueId v = open.back();
    open.pop_back();
    const Value& value = graph.value(v);
    if (value.is_constant()) continue;
    if (v != to && cuts.contains(v)) {
      found.reads.insert(v);
      continue;
    }
    if (value.producer == kNone)
      return make_error(Code::graph, "a value computed from aligned ones", "a need for '" + value.name + "'");
    if (!found.nodes.insert(value.producer).second) continue;
    for (const ValueId input : graph.node(value.producer).inputs)
      if (input != kNone) open.push_back(input);
  }
  return found;
}

}  // namespace

Result<Cone> cone(const Graph& graph, const std::set<ValueId>& cuts, ValueId to) {
  DLAS_ASSIGN(const Found found, behind(graph, cuts, to));
  Cone out;
  out.reads.assign(found.reads.begin(), found.reads.end());
  out.nodes.assign(found.nodes.begin(), found.nodes.end());
  std::map<ValueId, ValueId> now;
  const auto copied = [&](ValueId v) {
    if (v == kNone) return v;
    const auto known = now.find(v);
    if (known != now.end()) return known->second;
    Value value = graph.value(v);
    value.producer = kNone;
    return now[v] = out.graph.add_value(std::move(value));
  };
  for (const ValueId v : out.reads) out.graph.inputs.push_back(copied(v));
  std::map<ValueId, ValueId>
      made;  // outputs of the nodes; a cut that a node makes besides is another value than the one read
  for (const NodeId n : out.nodes) {
    Node node = graph.node(n);
    for (ValueId& v : node.inputs) v = made.contains(v) ? made[v] : copied(v);
    for (ValueId& v : node.outputs) {
      if (v == kNone) continue;
      Value value = graph.value(v);
      value.producer = kNone;
      const bool read = found.reads.contains(v);
      const ValueId fresh = out.graph.add_value(std::move(value));
      if (!read) made[v] = fresh;
      if (v == to) made[v] = fresh;
      v = fresh;
    }
    out.graph.add_node(std::move(node));
  }
  out.graph.outputs = {made.at(to)};
  return out;
}

}  // namespace dlas::study::localize
