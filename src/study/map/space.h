// The legal tiles of a layer, with cycles that each needs at least by the sizes of its loops alone.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "hardware/accelerator/accelerator.h"

namespace dlas::study::map {

struct Candidate {
  accelerator::Tile tile;
  std::int64_t bound = 0;
};

// Tiles no larger than the layer that the design can run, T_N = 1; nothing when there are more than `most`.
std::vector<Candidate> legal_tiles(const accelerator::Configuration& configuration,
                                   const accelerator::Convolution& layer, std::int64_t most);

// The controller generates one step a cycle, and the read ports send at most `read_ports` packets a cycle.
std::int64_t loop_bound(const accelerator::Configuration& configuration, const accelerator::Convolution& layer,
                        const accelerator::Tile& tile);

}  // namespace dlas::study::map
