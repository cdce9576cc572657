// Reconfigurable accelerators, simulated as STONNE simulates them: the same cycles and the same counters, computed instead of stepped.
//
// In this folder: values (configuration.h, problem.h, mapping.h), what is counted (counters.h, energy.h, result.h), files of others (toml.h,
// configuration_file.cpp, mapping_file.cpp, rows.h), and a folder per design. Each design has a stepper, which walks through cycles and
// is the oracle, and a compute, which knows how steps repeat:
//   fabric/   what the linear designs share: trees, adders, lines, the stepper's machine, the closed form of equal steps
//   maeri/    dense layers by tiles             sigma/    sparse products by groups of stationary vectors
//   mesh/     TPU-like, output stationary       magma/    sparse rows times a dense matrix
//
// One more design: a folder with a stepper and a compute, its Job in the variant below, its name in configuration.h.
// Rules: STONNE's public master of 2025-06-16, read and run; docs/accelerators.md tells them.
#pragma once

#include <variant>

#include "base/result.h"
#include "hardware/accelerator/configuration.h"
#include "hardware/accelerator/magma/stepper.h"
#include "hardware/accelerator/mapping.h"
#include "hardware/accelerator/mesh/mesh.h"
#include "hardware/accelerator/problem.h"
#include "hardware/accelerator/result.h"

namespace dlas::accelerator {

struct DenseJob {
  Convolution layer;
  Tile tile;
};

using Job = std::variant<DenseJob, SparseProduct, magma::Job, mesh::Job>;

enum class Engine { computed, stepped };

// Runs one layer.
// Errors: usage, naming the rules that configuration, layer or tile break, or a job of another design; unsupported, where STONNE would
//         never end.
Result<Outcome> simulate(const Configuration& configuration, const Job& job, Engine engine = Engine::computed);

}  // namespace dlas::accelerator
