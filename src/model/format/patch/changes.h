// What differs between two versions of a graph, by the names of values. A node is known by its first output.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/graph/graph.h"

namespace dlas::patch {

struct NodeChange {
  NodeId before = kNone, after = kNone;
  std::vector<NamedAttribute> attributes;  // as they are after
  std::vector<std::string> removed;        // attributes that are absent after
  std::vector<std::size_t> slots;          // inputs that read something else
};

struct Changes {
  std::vector<std::pair<ValueId, ValueId>> tensors;       // constants with another content: before, after
  std::vector<std::pair<ValueId, ValueId>> quantization;  // values with other units
  std::vector<ValueId> added_constants;                   // ids after
  std::vector<NodeChange> nodes;
  std::vector<NodeId> added, deleted;  // ids after; ids before
  bool outputs = false;                // the graph gives other values
  bool inputs = false;                 // the graph takes others
  std::vector<std::string> metadata;   // keys whose texts differ
  bool none() const;
};

Changes changes(const Graph& before, const Graph& after);

// "node 'conv' (Conv)" and "value 'w'": for errors.
Error refused(const Node& node, std::string_view expected, std::string_view found);
Error refused(const Value& value, std::string_view expected, std::string_view found);

}  // namespace dlas::patch
