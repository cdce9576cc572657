// The TPU-like mesh: outputs stay in the processing elements, weights enter at the top, inputs at the left, each moves on by one element
// a cycle. One tile of T_M x T_N outputs after the other; a tile is over when all of its results are counted.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "hardware/accelerator/configuration.h"
#include "hardware/accelerator/fabric/wave.h"
#include "hardware/accelerator/problem.h"
#include "hardware/accelerator/result.h"

namespace dlas::accelerator::mesh {

struct Job {
  Product product;
  std::int64_t t_m = 1, t_n = 1;  // rows and columns used
};

// One tile: `rows` x `columns` elements in use.
struct Tile {
  std::int64_t rows = 1, columns = 1, depth = 1;
};

// Errors: usage, naming every rule that is broken.
Status validate(const Configuration& configuration, const Job& job);

// One step of a tile: the weights of its columns, then the inputs of its rows. Lanes: columns of the mesh, then its rows.
Wave wave_of(const Configuration& configuration, const Tile& tile);
Counters counters_of(const Configuration& configuration, const Tile& tile);

// Cycles of one tile, stepped and computed.
std::int64_t step(const Configuration& configuration, const Tile& tile);
std::int64_t compute(const Configuration& configuration, const Tile& tile);

// The whole product.  REQUIRES: validate of both.
using Timing = std::int64_t (*)(const Configuration&, const Tile&);
Outcome run(const Configuration& configuration, const Job& job, Timing timing);

}  // namespace dlas::accelerator::mesh
