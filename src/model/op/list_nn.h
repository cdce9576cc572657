// Operators of neural networks: sums of products, windows, normalisations, quantised forms. Definitions in the files of
// their names.
#pragma once

#include "model/op/op.h"

namespace dlas::op {

extern const Op average_pool;
extern const Op batch_normalization;
extern const Op conv;
extern const Op conv_integer;
extern const Op conv_transpose;
extern const Op dequantize_linear;
extern const Op dynamic_quantize_linear;
extern const Op fully_connected;
extern const Op gemm;
extern const Op global_average_pool;
extern const Op global_lp_pool;
extern const Op global_max_pool;
extern const Op group_normalization;
extern const Op hardmax;
extern const Op instance_normalization;
extern const Op layer_normalization;
extern const Op log_softmax;
extern const Op lp_pool;
extern const Op lrn;
extern const Op mat_mul;
extern const Op max_pool;
extern const Op pad;
extern const Op quantize_linear;
extern const Op requantize;
extern const Op resize;
extern const Op softmax;

}  // namespace dlas::op
