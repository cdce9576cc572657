// Operators of neural networks: sums of products, windows, normalisations, quantised forms. Definitions in the files of
// their names.
#pragma once

#include "model/op/op.h"

namespace dlas::op {

extern const Op conv;
extern const Op fully_connected;
extern const Op gemm;
extern const Op mat_mul;

}  // namespace dlas::op
