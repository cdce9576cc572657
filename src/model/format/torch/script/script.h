// TorchScript archives: torch.jit.save of a trace or a script. Source in a restricted Python is parsed and walked through with
// what is known; tensors become values of the graph, control flow over known values is resolved.
#pragma once

#include "model/format/torch/archive.h"
#include "model/graph/graph.h"

namespace dlas::torch {

bool is_script(const Archive& archive);
Result<Graph> read_script(Archive& archive);

}  // namespace dlas::torch
