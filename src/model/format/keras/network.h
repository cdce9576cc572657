// Models of layers -> the graph: functional, sequential, and models inside models.
#pragma once

#include "model/format/keras/build.h"

namespace dlas::keras {

// The whole model: its inputs and outputs become those of the graph.
// Errors: of the configuration, the weights and the types, at the layer where they are.
Status build_model(const Container& container, Build& build, int keras);

}  // namespace dlas::keras
