// Numbers of half precision, bfloat16 and float64 as float32, in constants, inputs and casts.
#pragma once

#include "model/graph/graph.h"

namespace dlas::study::localize {

// Errors: of type rules.
Status make_floats_full(Graph& graph);

}  // namespace dlas::study::localize
