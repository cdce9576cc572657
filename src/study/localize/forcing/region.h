// The part of a model that makes one aligned value from those before it, ready to run on given numbers.
#pragma once

#include <memory>
#include <optional>

#include "model/executor/executor.h"
#include "study/localize/forcing/cone.h"

namespace dlas::study::localize {

struct Region {
  std::vector<ValueId> reads;  // of the whole graph, as run() takes them
  std::vector<NodeId> nodes;   // of the whole graph
  std::unique_ptr<Executor> executor;
};

// `sizes` are those of what will be given for `reads`, where they are not those of the graph.
// With `unit` each float constant is moved at random by so much of itself.
// Errors: of cone(), of type rules for these sizes, of the executor.
Result<Region> make_region(const Cone& cone, const std::vector<Shape>& sizes, double unit = 0);

// REQUIRES: as many tensors as `reads`, of the sizes given when it was made.
Result<Tensor> run(const Region& region, const std::vector<Tensor>& given);

}  // namespace dlas::study::localize
