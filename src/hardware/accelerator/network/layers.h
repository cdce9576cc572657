// A network as accelerators see it: its convolutions and matrix products, and what stays on the host with the reason.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hardware/accelerator/accelerator.h"
#include "model/graph/graph.h"

namespace dlas::accelerator {

struct NetworkLayer {
  std::string name, op;
  std::optional<Convolution> convolution = {};  // as a design with windows runs it
  std::optional<Product> product = {};  // of one group: filters x places of a convolution, or the product itself
  std::int64_t repeats = 1;             // groups or batched products: the product so many times
  std::string no_convolution = {};      // why there is none, for a convolution
  std::string host = {};                // why it stays on the host; empty for the others
  bool arithmetic = true;               // a convolution or matrix product
  NodeId node = kNone;
  std::int64_t products() const { return product ? repeats * product->products() : 0; }  // layers_of: fits
};

// Every node of the graph, in order. REQUIRES: inferred types; a node whose sizes are not all known stays on the host.
std::vector<NetworkLayer> layers_of(const Graph& graph);

}  // namespace dlas::accelerator
