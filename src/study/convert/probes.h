// Inputs that a model can be tried on when nobody has given any: the same in each run.
#pragma once

#include <cstdint>
#include <vector>

#include "data/npy.h"
#include "model/graph/graph.h"

namespace dlas::study {

// One array an input, by name: floats uniform in [-1, 1), integers of up to 16 bits over their range, wider ones 0 or 1 (they
// are counts and indices). Unknown sizes are 1.  Errors: unsupported for an input of unknown rank or type.
Result<std::vector<data::NamedTensor>> probe(const Graph& graph, std::uint64_t seed);

}  // namespace dlas::study
