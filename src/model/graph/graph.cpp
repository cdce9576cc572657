#include "model/graph/graph.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/graph/computed_weights.h"

namespace dlas {

ValueId Graph::add_value(Value value) {
  if (value.name.empty()) value.name = "value";
  std::string free_name = value.name;
  // Doubling passes by names that a file has laid out in the way, in few steps however many they are.
  for (std::size_t n = values_.size(); names_.contains(free_name); n = 2 * n + 1)
    free_name = fmt::format("{}_{}", value.name, n);
  value.name = free_name;
  const auto id = static_cast<ValueId>(values_.size());
  names_.emplace(std::move(free_name), id);
  values_.push_back(std::move(value));
  return id;
}

ValueId Graph::add_input(std::string input_name, Type type) {
  Value value;
  value.name = std::move(input_name);
  value.type = std::move(type);
  inputs.push_back(add_value(std::move(value)));
  return inputs.back();
}

ValueId Graph::add_constant(std::string constant_name, Tensor data, Provenance origin) {
  Value value;
  value.name = std::move(constant_name);
  value.type = Type::of(data);
  value.constant = std::move(data);
  value.origin = std::move(origin);
  return add_value(std::move(value));
}

NodeId Graph::add_node(Node node) {
  const auto id = static_cast<NodeId>(nodes_.size());
  for (const ValueId out : node.outputs)
    if (out != kNone) value(out).producer = id;
  nodes_.push_back(std::move(node));
  return id;
}

ValueId Graph::add(const Op& op, AttributeSet attributes, std::vector<ValueId> in, std::string node_name) {
  Value value;
  value.name = node_name;
  const ValueId out = add_value(std::move(value));
  Node node;
  node.name = std::move(node_name);
  node.op = &op;
  node.op_name = op.name;
  node.attributes = std::move(attributes);
  node.inputs = std::move(in);
  node.outputs = {out};
  add_node(std::move(node));
  return out;
}

ValueId Graph::find(std::string_view value_name) const {
  const auto it = names_.find(value_name);
  return it == names_.end() ? kNone : it->second;
}

std::vector<std::vector<NodeId>> Graph::users() const {
  std::vector<std::vector<NodeId>> out(values_.size());
  for (std::size_t n = 0; n < nodes_.size(); ++n)
    for (const ValueId v : nodes_[n].inputs)
      if (v != kNone && (out[static_cast<std::size_t>(v)].empty() ||
                         out[static_cast<std::size_t>(v)].back() != static_cast<NodeId>(n)))
        out[static_cast<std::size_t>(v)].push_back(static_cast<NodeId>(n));
  return out;
}

Status Graph::sort() {
  const auto readers = users();
  std::vector<std::size_t> waiting(nodes_.size(), 0);
  std::vector<NodeId> made(values_.size(), kNone);
  for (std::size_t n = 0; n < nodes_.size(); ++n)
    for (const ValueId v : nodes_[n].outputs) {
      if (v == kNone) continue;
      if (made[static_cast<std::size_t>(v)] != kNone)
        return make_error(Code::graph, "one producer of value '" + value(v).name + "'", "two")
            .at_node(nodes_[n].name, nodes_[n].op_name);
      made[static_cast<std::size_t>(v)] = static_cast<NodeId>(n);
    }
  for (std::size_t v = 0; v < values_.size(); ++v)
    if (made[v] != kNone)
      for (const NodeId n : readers[v]) ++waiting[static_cast<std::size_t>(n)];
  // A sorted set of ready nodes keeps the file's order wherever it can.
  std::map<std::size_t, bool> ready;
  for (std::size_t n = 0; n < nodes_.size(); ++n)
    if (waiting[n] == 0) ready.emplace(n, true);
  std::vector<std::size_t> order;
  while (!ready.empty()) {
    const std::size_t n = ready.begin()->first;
    ready.erase(ready.begin());
    order.push_back(n);
    for (const ValueId v : nodes_[n].outputs)
      if (v != kNone)
        for (const NodeId r : readers[static_cast<std::size_t>(v)])
          if (--waiting[static_cast<std::size_t>(r)] == 0) ready.emplace(static_cast<std::size_t>(r), true);
  }
  if (order.size() != nodes_.size()) {
    const auto stuck =
        static_cast<std::size_t>(std::ranges::find_if(waiting, [](std::size_t w) { return w > 0; }) - waiting.begin());
    return make_error(Code::graph, "a graph without cycles", "a node that waits for itself")
        .at_node(nodes_[stuck].name, nodes_[stuck].op_name);
  }
  std::vector<Node> sorted;
  sorted.reserve(nodes_.size());
  for (const std::size_t n : order) sorted.push_back(std::move(nodes_[n]));
  nodes_ = std::move(sorted);
  for (Value& v : values_) v.producer = kNone;
  for (std::size_t n = 0; n < nodes_.size(); ++n)
    for (const ValueId v : nodes_[n].outputs)
      if (v != kNone) value(v).producer = static_cast<NodeId>(n);
  return {};
}

void Graph::prune() {
  std::vector<char> keep(values_.size(), 0);
  std::vector<char> keep_node(nodes_.size(), 0);
  for (const ValueId v : inputs) keep[static_cast<std::size_t>(v)] = 1;
  std::vector<ValueId> todo(outputs);
  std::vector<char> seen(values_.size(), 0);
  while (!todo.empty()) {
    const ValueId v = todo.back();
    todo.pop_back();
    if (v == kNone || seen[static_cast<std::size_t>(v)]) continue;
    seen[static_cast<std::size_t>(v)] = keep[static_cast<std::size_t>(v)] = 1;
    const NodeId p = value(v).producer;
    if (p == kNone || keep_node[static_cast<std::size_t>(p)]) continue;
    keep_node[static_cast<std::size_t>(p)] = 1;
    for (const ValueId o : node(p).outputs)
      if (o != kNone) keep[static_cast<std::size_t>(o)] = 1;
    todo.insert(todo.end(), node(p).inputs.begin(), node(p).inputs.end());
  }
  std::vector<ValueId> renamed(values_.size(), kNone);
  std::vector<Value> values;
  for (std::size_t v = 0; v < values_.size(); ++v)
    if (keep[v]) {
      renamed[v] = static_cast<ValueId>(values.size());
      values.push_back(std::move(values_[v]));
      values.back().producer = kNone;
    }
  std::vector<Node> old_nodes = std::move(nodes_);
  nodes_.clear();
  values_ = std::move(values);
  names_.clear();
  for (std::size_t v = 0; v < values_.size(); ++v) names_.emplace(values_[v].name, static_cast<ValueId>(v));
  const auto rename = [&](std::vector<ValueId>& ids) {
    for (ValueId& id : ids)
      if (id != kNone) id = renamed[static_cast<std::size_t>(id)];
  };
  for (std::size_t n = 0; n < old_nodes.size(); ++n)
    if (keep_node[n]) {
      rename(old_nodes[n].inputs);
      rename(old_nodes[n].outputs);
      add_node(std::move(old_nodes[n]));
    }
  rename(inputs);
  rename(outputs);
}

Types input_types(const Graph& graph, const Node& node) {
  std::vector<Type> types;
  for (const ValueId v : node.inputs) types.push_back(v == kNone ? Type() : graph.value(v).type);
  return Types(std::move(types));
}

Types output_types(const Graph& graph, const Node& node) {
  std::vector<Type> types;
  for (const ValueId v : node.outputs) types.push_back(v == kNone ? Type() : graph.value(v).type);
  return Types(std::move(types));
}

std::vector<Tensor> input_constants(const Graph& graph, const Node& node) {
  std::vector<Tensor> out;
  for (const ValueId v : node.inputs) out.push_back(v == kNone ? Tensor() : graph.value(v).constant);
  return out;
}

Result<Graph> subgraph(const Graph& graph, const std::vector<ValueId>& from, const std::vector<ValueId>& to) {
  Graph out = graph;
  for (const ValueId v : from) {
    if (out.value(v).is_constant()) continue;
    const NodeId p = out.value(v).producer;
    if (p == kNone) continue;
    for (ValueId& o : out.node(p).outputs)
      if (o == v) o = kNone;
    out.value(v).producer = kNone;
  }
  out.inputs = from;
  out.outputs = to;
  out.prune();
  for (const Node& n : out.nodes())
    for (const ValueId v : n.inputs)
      if (v != kNone && out.value(v).producer == kNone && !out.value(v).is_constant() &&
          std::ranges::find(out.inputs, v) == out.inputs.end())
        return make_error(Code::graph, "an output that needs only the cut values",
                          "a need for '" + out.value(v).name + "'");
  return out;
}

std::vector<Hash> value_hashes(const Graph& graph) {
  std::vector<Hash> hashes(graph.values().size());
  std::uint64_t position = 0;
  for (std::size_t v = 0; v < graph.values().size(); ++v)
    if (graph.values()[v].is_constant())
      hashes[v] = Hasher().add("constant").add(hash_of(graph.values()[v].constant)).finish();
  for (const ValueId v : graph.inputs)
    hashes[static_cast<std::size_t>(v)] = Hasher().add("input").add(position++).add(text(graph.value(v).type)).finish();
  for (const Node& node : graph.nodes()) {
    Hasher h;
    h.add(node.op_name);
    for (const auto& a : node.attributes.list()) {
      h.add(a.name);
      add_to(h, a.value);
    }
    for (const ValueId v : node.inputs) h.add(v == kNone ? Hash{} : hashes[static_cast<std::size_t>(v)]);
    const Hash own = h.finish();
    for (std::size_t i = 0; i < node.outputs.size(); ++i)
      if (node.outputs[i] != kNone)
        hashes[static_cast<std::size_t>(node.outputs[i])] =
            Hasher().add(own).add(i).add(text(graph.value(node.outputs[i]).type)).finish();
  }
  return hashes;
}

Hash structure_hash(const Graph& graph) {
  const auto hashes = value_hashes(graph);
  Hasher h;
  for (const ValueId v : graph.inputs) h.add(hashes[static_cast<std::size_t>(v)]);
  for (const ValueId v : graph.outputs) h.add(hashes[static_cast<std::size_t>(v)]);
  return h.finish();
}

Totals totals(const Graph& graph) {
  Totals t;
  std::vector<std::size_t> last(graph.values().size(), 0);
  for (std::size_t n = 0; n < graph.nodes().size(); ++n)
    for (const ValueId v : graph.nodes()[n].inputs)
      if (v != kNone) last[static_cast<std::size_t>(v)] = n;
  for (const ValueId v : graph.outputs) last[static_cast<std::size_t>(v)] = graph.nodes().size();
  std::uint64_t live = 0;
  const ComputedWeights computed = computed_weights(graph);
  for (std::size_t i = 0; i < graph.values().size(); ++i) {
    const Value& v = graph.values()[i];
    if (computed.counted[i]) {
      t.parameters += static_cast<std::uint64_t>(v.type.count().value_or(0));
      t.parameter_bytes += v.type.bytes().value_or(0);
    }
    if (!v.is_constant()) continue;
    t.parameters += is_float(v.type.dtype) || v.type.quantized() ? static_cast<std::uint64_t>(v.constant.count()) : 0;
    t.parameter_bytes += v.constant.bytes().size();
  }
  const auto activation = [&](ValueId v) {
    return v != kNone && !graph.value(v).is_constant() && !computed.is[static_cast<std::size_t>(v)];
  };
  for (const ValueId v : graph.inputs) live += graph.value(v).type.bytes().value_or(0);
  t.peak_activation_bytes = live;
  for (std::size_t n = 0; n < graph.nodes().size(); ++n) {
    const Node& node = graph.nodes()[n];
    for (const ValueId v : node.outputs)
      if (activation(v)) live += graph.value(v).type.bytes().value_or(0);
    t.peak_activation_bytes = std::max(t.peak_activation_bytes, live);
    std::vector<ValueId> ended(node.inputs);
    std::ranges::sort(ended);
    const auto repeated = std::ranges::unique(ended);
    ended.erase(repeated.begin(), repeated.end());
    for (const ValueId v : ended)
      if (activation(v) && last[static_cast<std::size_t>(v)] == n)
        live -= std::min(live, graph.value(v).type.bytes().value_or(0));
    const Types out = output_types(graph, node);
    const bool fixed = std::ranges::all_of(out, [](const Type& x) { return x.dtype == DType::none || x.fixed(); });
    if (!node.op || !fixed) continue;
    const auto constants = input_constants(graph, node);
    const Site site{*node.op, node.name, node.attributes, constants, node.outputs.size()};
    t.macs += cost_of(site, input_types(graph, node), out).macs;
  }
  return t;
}

}  // namespace dlas
