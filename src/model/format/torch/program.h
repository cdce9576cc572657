// Exported programs: `.pt2` archives of torch.export.save, from torch 2.5 on. The graph is JSON; nothing in it is code.
//
// Three layouts are known:
//   2.5 to 2.7   serialized_exported_program.json, serialized_state_dict.pt, serialized_constants.pt
//   2.8          models/NAME.json, data/weights/NAME.pt, data/constants/NAME.pt
//   from 2.9     models/NAME.json, data/weights/NAME_weights_config.json, data/constants/NAME_constants_config.json, and one
//                member for each tensor
#pragma once

#include "model/format/torch/archive.h"
#include "model/graph/graph.h"

namespace dlas::torch {

bool is_program(const Archive& archive);

// Errors: format for a graph that does not follow the schema; unsupported for a schema of another major version and for
//         several programs in one archive; of the tensors.
Result<Graph> read_program(Archive& archive);

}  // namespace dlas::torch
