// Layers that read one value become one layer whose result is split: what the three combine_parallel passes share.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "compiler/pass/pass.h"
#include "compiler/rebuild.h"

namespace dlas::compiler {

struct Parallel {
  const Op* op = nullptr;
  // Why the node cannot be combined with any other; empty when it can.
  std::function<std::string(const Graph&, const Node&)> obstacle;
  // Nodes with the same input and key are combined.
  std::function<std::string(const Graph&, const Node&)> key;
  // The axis of an input slot along which its contents are put together; the slots are constants.
  std::function<std::size_t(const Graph&, const Node&, std::size_t slot)> axis;
  std::function<std::size_t(const Graph&, const Node&)> out_axis;  // of the output
};

Result<Outcome> combine(Graph& graph, const Parallel& parallel);

// One after the other along an axis. REQUIRES: equal types and shapes but for that axis.
Tensor joined(const std::vector<const Tensor*>& parts, std::size_t axis);

}  // namespace dlas::compiler
