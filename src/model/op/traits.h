// What an executor may vary without changing the graph: named, printed, parsed, compared.
#pragma once

#include "model/op/quantized/quantized.h"

namespace dlas {

struct Traits {
  op::quantized::Kernels kernels = op::quantized::Kernels::reference;  // whose quantised arithmetic
};

}  // namespace dlas
