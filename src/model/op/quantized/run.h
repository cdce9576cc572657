// From nodes of a graph to the kernels of this folder: what operators name as their `run_quantized`.
//
// Each takes float outputs, too: an operator whose weights alone are quantised is computed with their real values.
// Layout NHWC, weights as TFLite stores them. Errors: unsupported forms (Site::unsupported).
#pragma once

#include "model/op/op.h"

namespace dlas::op::quantized {

// run_weighted.cpp
Status run_conv(const Call& call);
Status run_conv_transpose(const Call& call);
Status run_fully_connected(const Call& call);
// run_elementwise.cpp
Status run_add(const Call& call);
Status run_sub(const Call& call);
Status run_mul(const Call& call);
Status run_max(const Call& call);
Status run_min(const Call& call);
Status run_relu(const Call& call);
Status run_relu6(const Call& call);
Status run_relu_n1_to_1(const Call& call);
Status run_leaky_relu(const Call& call);
Status run_prelu(const Call& call);
Status run_hard_swish(const Call& call);
Status run_sigmoid(const Call& call);
Status run_tanh(const Call& call);
// run_windows.cpp
Status run_average_pool(const Call& call);
Status run_max_pool(const Call& call);
Status run_reduce_mean(const Call& call);
Status run_reduce_sum(const Call& call);
Status run_softmax(const Call& call);
Status run_resize(const Call& call);
// run_convert.cpp
Status run_quantize(const Call& call);
Status run_dequantize(const Call& call);
Status run_requantize(const Call& call);
Status run_concat(const Call& call);

}  // namespace dlas::op::quantized
