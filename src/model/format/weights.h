// Tensors of one file given to the graph of another: a trained state dict for an architecture that was exported apart from it.
#pragma once

#include <string>
#include <string_view>

#include "model/format/format.h"

namespace dlas {

// Replaces each constant of `model` that its file has by the tensor of the same name in the file at `path` (a state dict,
// safetensors, or any other model). Names are compared as they are; when none fits, without what all of them begin with
// ("state_dict.", "module."). Tensors that no constant asks for become one note.
// Errors: of load; mismatch that lists, at once, every constant without a tensor and every tensor of another type;
//         unsupported for a model with constants that were computed from its weights while it was read.
Status give_weights(Model& model, std::string_view path);

// load, and give_weights unless `weights` is empty.
Result<Model> load_with_weights(std::string_view path, std::string_view weights, std::string_view signature = {});

}  // namespace dlas
