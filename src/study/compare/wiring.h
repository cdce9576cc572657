// What a picture of a graph needs: its nodes, what each reads and makes. Kept with a comparison, so that its page can be
// made later and elsewhere, without the models.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/graph/graph.h"

namespace dlas::study {

struct Wiring {
  struct Made {
    std::string name, type;  // "f32 [1,10]"
  };
  struct Box {
    std::string name, op;             // op is empty for an input of the graph
    std::vector<std::int32_t> reads;  // positions of boxes in front of this one; constants are left out
    std::vector<Made> makes;
  };
  std::vector<Box> boxes;  // inputs of the graph first, then the nodes in their order
  std::vector<std::string> outputs;
};

Wiring wiring(const Graph& graph);

}  // namespace dlas::study
