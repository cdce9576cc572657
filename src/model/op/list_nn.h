// Operators of neural networks: sums of products, windows, normalisations, quantised forms. Definitions in the files of
// their names.
#pragma once

#include "model/op/op.h"

namespace dlas::op {

extern const Op attention;
extern const Op average_pool;
extern const Op batch_normalization;
extern const Op col2_im;
extern const Op conv;
extern const Op conv_integer;
extern const Op conv_transpose;
extern const Op deform_conv;
extern const Op dequantize_linear;
extern const Op det;
extern const Op dynamic_quantize_linear;
extern const Op einsum;
extern const Op fully_connected;
extern const Op gemm;
extern const Op global_average_pool;
extern const Op global_lp_pool;
extern const Op global_max_pool;
extern const Op group_normalization;
extern const Op gru;
extern const Op hardmax;
extern const Op instance_normalization;
extern const Op layer_normalization;
extern const Op log_softmax;
extern const Op lp_normalization;
extern const Op lp_pool;
extern const Op lrn;
extern const Op lstm;
extern const Op mat_mul;
extern const Op mat_mul_integer;
extern const Op max_pool;
extern const Op max_unpool;
extern const Op mean_variance_normalization;
extern const Op negative_log_likelihood_loss;
extern const Op pad;
extern const Op q_gemm;
extern const Op q_linear_add;
extern const Op q_linear_average_pool;
extern const Op q_linear_conv;
extern const Op q_linear_global_average_pool;
extern const Op q_linear_mat_mul;
extern const Op q_linear_mul;
extern const Op q_linear_softmax;
extern const Op quantize_linear;
extern const Op requantize;
extern const Op resize;
extern const Op rms_normalization;
extern const Op rnn;
extern const Op rotary_embedding;
extern const Op softmax;
extern const Op softmax_cross_entropy_loss;

}  // namespace dlas::op
