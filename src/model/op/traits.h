// What an executor may vary without changing the graph: named, printed, parsed, compared.
#pragma once

#include "model/op/quantized/rounding.h"

namespace dlas {

struct Traits {
  op::quantized::Rounding rounding{};  // of quantised arithmetic; docs/quantised-arithmetic.md
};

}  // namespace dlas
