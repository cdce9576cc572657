// An activation that is fused into another operator becomes an operator behind it:  Conv{activation=relu6}(x)  ->  Relu6(Conv(x)).
#pragma once

#include "model/graph/graph.h"

namespace dlas::study::localize {

// sign_bit stays fused: no operator of its own means the same.  Errors: of type rules.
Status split_activations(Graph& graph);

}  // namespace dlas::study::localize
