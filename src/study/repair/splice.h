// Nodes in and out of a graph by name, keeping all others in their order. What apply.cpp is made of.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/graph/graph.h"

namespace dlas::study {

// The only node of that name, else the node whose first output has it; kNone when there is neither.
NodeId find_node(const Graph& graph, std::string_view name);
// The name by which find_node finds it.
std::string node_name(const Graph& graph, NodeId node);

// Errors: not_found with the nearest names.
Result<NodeId> node_named(const Graph& graph, std::string_view name);
Result<ValueId> value_named(const Graph& graph, std::string_view name);

// One place that reads a value: input `slot` of a node, or output `slot` of the graph (node kNone). As text "node:slot", ":slot".
struct Reader {
  NodeId node = kNone;
  std::size_t slot = 0;
};
std::string text(const Graph& graph, const Reader& reader);
// Errors: format, not_found.
Result<Reader> parse_reader(const Graph& graph, std::string_view text);
std::vector<Reader> readers_of(const Graph& graph, ValueId value);
ValueId read_by(const Graph& graph, const Reader& reader);
void redirect(Graph& graph, const Reader& reader, ValueId value);

// The graph with these nodes instead; values that `gone` marks vanish, all others keep their order.
// REQUIRES: no node and no output uses a value that is gone.
Graph with_nodes(const Graph& graph, const std::vector<Node>& nodes, const std::vector<char>& gone);

// Nodes between the values, by NodeId.  Errors: graph when an inner value is read or given outside, or an output does not
// depend on a node of the region.
Result<std::vector<char>> region(const Graph& graph, std::span<const ValueId> inputs, std::span<const ValueId> outputs);

}  // namespace dlas::study
