// The first two steps of the layout: layers with bends, and the order in each. Used by layout.cpp.
#pragma once

#include <cstdint>
#include <vector>

#include "report/graph/picture.h"

namespace dlas::report {

// Boxes first, then bends. Links join neighbouring layers only.
struct Layers {
  std::vector<std::int32_t> layer;               // of each spot
  std::vector<std::vector<std::int32_t>> above;  // spots of the layer above that are linked
  std::vector<std::vector<std::int32_t>> below;
  std::vector<std::vector<std::int32_t>> rows;     // spots by layer, from left to right
  std::vector<std::vector<std::int32_t>> through;  // for each arrow its spots from start to end; empty: not drawn
};

Layers layers(const Picture& picture, std::size_t most_bends);

// Sorts the rows so that few links cross.
void sort_rows(Layers& layers);

}  // namespace dlas::report
