// Rewrites that change the form of a network and nothing that it computes: what finds a fault in them raises a false alarm.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "model/graph/graph.h"
#include "study/repair/edit.h"

namespace dlas::study::fault {

struct Control {
  int number;  // of the list in docs/benchmarks.md
  std::string_view name;
  // At the first node where it applies; none where there is no such node.
  std::vector<Edit> (*rewrite)(const Graph& graph, NodeId node);
};

// What edits of one graph can do. The rest lies in the twins: folded normalisation, renamed nodes, another opset, another layout,
// quantisation, fused activations.
std::span<const Control> all_controls();

}  // namespace dlas::study::fault
