#include "study/repair/splice.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace dlas::study {
namespace {

// kNone when several have the name.
NodeId only_node(const Graph& graph, std::string_view name) {
  NodeId found = kNone;
  for (NodeId n = 0; n < static_cast<NodeId>(graph.nodes().size()); ++n) {
    if (graph.node(n).name != name) continue;
    if (found != kNone) return kNone;
    found = n;
  }
  return found;
}

Status check_closed(const Graph& graph, const std::vector<char>& inside, std::span<const ValueId> outputs) {
  const auto users = graph.users();
  for (std::size_t n = 0; n < inside.size(); ++n) {
    if (!inside[n]) continue;
    for (const ValueId v : graph.nodes()[n].outputs) {
      if (v == kNone || std::ranges::find(outputs, v) != outputs.end()) continue;
      const auto outside = [&](NodeId user) { return !inside[static_cast<std::size_t>(user)]; };
      if (std::ranges::any_of(users[static_cast<std::size_t>(v)], outside) ||
          std::ranges::find(graph.outputs, v) != graph.outputs.end())
        return make_error(Code::graph, "a region whose inner values only it reads",
                          "'" + graph.value(v).name + "', which others read");
    }
  }
  return {};
}

}  // namespace

NodeId find_node(const Graph& graph, std::string_view name) {
  if (name.empty()) return kNone;
  if (const NodeId node = only_node(graph, name); node != kNone) return node;
  const ValueId value = graph.find(name);
  return value == kNone ? kNone : graph.value(value).producer;
}

std::string node_name(const Graph& graph, NodeId id) {
  const Node& node = graph.node(id);
  if (find_node(graph, node.name) == id) return node.name;
  for (const ValueId v : node.outputs)
    if (v != kNone) return graph.value(v).name;
  return node.name;
}

Result<NodeId> node_named(const Graph& graph, std::string_view name) {
  const NodeId found = find_node(graph, name);
  if (found != kNone) return found;
  std::vector<std::string_view> names;
  for (const Node& n : graph.nodes()) names.push_back(n.name);
  return make_error(Code::not_found, "the name of a node", fmt::format("'{}'{}", name, nearest(name, names)));
}

Result<ValueId> value_named(const Graph& graph, std::string_view name) {
  const ValueId found = graph.find(name);
  if (found != kNone) return found;
  std::vector<std::string_view> names;
  for (const Value& v : graph.values()) names.push_back(v.name);
  return make_error(Code::not_found, "the name of a value", fmt::format("'{}'{}", name, nearest(name, names)));
}

std::string text(const Graph& graph, const Reader& reader) {
  return fmt::format("{}:{}", reader.node == kNone ? "" : node_name(graph, reader.node), reader.slot);
}

Result<Reader> parse_reader(const Graph& graph, std::string_view word) {
  const std::size_t colon = word.rfind(':');
  const auto slot = colon == std::string_view::npos ? std::nullopt : parse_int(word.substr(colon + 1));
  if (!slot || *slot < 0)
    return make_error(Code::format, "a reader as 'node:slot' or ':output'", fmt::format("'{}'", word));
  Reader out{kNone, static_cast<std::size_t>(*slot)};
  if (colon > 0) {
    DLAS_ASSIGN(out.node, node_named(graph, word.substr(0, colon)));
  }
  const auto& places = out.node == kNone ? graph.outputs : graph.node(out.node).inputs;
  if (out.slot >= places.size())
    return make_error(Code::mismatch, fmt::format("a place below {}", places.size()), fmt::format("'{}'", word));
  return out;
}

std::vector<Reader> readers_of(const Graph& graph, ValueId value) {
  std::vector<Reader> out;
  for (NodeId n = 0; n < static_cast<NodeId>(graph.nodes().size()); ++n)
    for (std::size_t i = 0; i < graph.node(n).inputs.size(); ++i)
      if (graph.node(n).inputs[i] == value) out.push_back({n, i});
  for (std::size_t i = 0; i < graph.outputs.size(); ++i)
    if (graph.outputs[i] == value) out.push_back({kNone, i});
  return out;
}

ValueId read_by(const Graph& graph, const Reader& reader) {
  return reader.node == kNone ? graph.outputs[reader.slot] : graph.node(reader.node).inputs[reader.slot];
}

void redirect(Graph& graph, const Reader& reader, ValueId value) {
  (reader.node == kNone ? graph.outputs : graph.node(reader.node).inputs)[reader.slot] = value;
}

Graph with_nodes(const Graph& graph, const std::vector<Node>& nodes, const std::vector<char>& gone) {
  Graph out;
  out.name = graph.name;
  out.notes = graph.notes;
  out.metadata = graph.metadata;
  std::vector<ValueId> renamed(graph.values().size(), kNone);
  for (std::size_t v = 0; v < graph.values().size(); ++v) {
    if (v < gone.size() && gone[v]) continue;
    Value value = graph.values()[v];
    value.producer = kNone;
    renamed[v] = out.add_value(std::move(value));
  }
  const auto rename = [&](std::vector<ValueId> ids) {
    for (ValueId& id : ids)
      if (id != kNone) id = renamed[static_cast<std::size_t>(id)];
    return ids;
  };
  for (Node node : nodes) {
    node.inputs = rename(std::move(node.inputs));
    node.outputs = rename(std::move(node.outputs));
    out.add_node(std::move(node));
  }
  out.inputs = rename(graph.inputs);
  out.outputs = rename(graph.outputs);
  return out;
}

Result<std::vector<char>> region(const Graph& graph, std::span<const ValueId> inputs,
                                 std::span<const ValueId> outputs) {
  std::vector<char> inside(graph.nodes().size(), 0);
  std::vector<ValueId> todo(outputs.begin(), outputs.end());
  for (const ValueId v : outputs)
    if (graph.value(v).producer == kNone)
      return make_error(Code::graph, "outputs that nodes of the region compute", "'" + graph.value(v).name + "'");
  while (!todo.empty()) {
    const ValueId v = todo.back();
    todo.pop_back();
    if (v == kNone || std::ranges::find(inputs, v) != inputs.end()) continue;
    const NodeId p = graph.value(v).producer;
    if (p == kNone && !graph.value(v).is_constant())
      return make_error(Code::graph, "a region that reads its inputs and constants only",
                        "it reads '" + graph.value(v).name + "'");
    if (p == kNone || inside[static_cast<std::size_t>(p)]) continue;
    inside[static_cast<std::size_t>(p)] = 1;
    todo.insert(todo.end(), graph.node(p).inputs.begin(), graph.node(p).inputs.end());
  }
  DLAS_TRY(check_closed(graph, inside, outputs));
  return inside;
}

}  // namespace dlas::study
