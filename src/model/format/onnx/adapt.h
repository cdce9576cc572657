// Old forms of operators -> the newest opset's form, operator by operator. adapt.cpp has the table, adapt_*.cpp the
// conversions, grouped by what changes: attributes that became inputs, elementwise, spatial operators.
#pragma once

#include "model/format/onnx/build.h"

namespace dlas::onnx {

inline constexpr std::int64_t kNewestOpset = 28;  // of ONNX 1.23

// Changes `draft` in place; may add constants and nodes before it.
// Errors: a form that has no counterpart; the node is then kept as the file has it and cannot run.
Status adapt(Draft& draft, Build& build);

using Adapter = Status (*)(Draft& draft, Build& build);

// adapt_inputs.cpp
Status clip_limits(Draft& draft, Build& build);
Status reshape_shape(Draft& draft, Build& build);
Status slice_limits(Draft& draft, Build& build);
Status pad_pads(Draft& draft, Build& build);
Status axes_input(Draft& draft, Build& build);
Status split_sizes(Draft& draft, Build& build);
Status topk_k(Draft& draft, Build& build);
Status tile_repeats(Draft& draft, Build& build);
Status dropout_inputs(Draft& draft, Build& build);
Status scatter(Draft& draft, Build& build);
// adapt_elementwise.cpp
Status old_broadcast(Draft& draft, Build& build);
Status flattened_softmax(Draft& draft, Build& build);
Status drop_consumed(Draft& draft, Build& build);
Status gemm_broadcast(Draft& draft, Build& build);
// adapt_spatial.cpp
Status batch_normalization(Draft& draft, Build& build);
Status group_normalization(Draft& draft, Build& build);
Status upsample(Draft& draft, Build& build);
Status resize_scales(Draft& draft, Build& build);
// adapt_contrib.cpp
Status fused_conv(Draft& draft, Build& build);
Status fused_gemm(Draft& draft, Build& build);
Status fused_mat_mul(Draft& draft, Build& build);
Status plain_gelu(Draft& draft, Build& build);
Status bias_gelu(Draft& draft, Build& build);
Status fast_gelu(Draft& draft, Build& build);
Status quick_gelu(Draft& draft, Build& build);
Status skip_layer_normalization(Draft& draft, Build& build);
Status simplified_layer_normalization(Draft& draft, Build& build);
Status nhwc_conv(Draft& draft, Build& build);
Status nhwc_max_pool(Draft& draft, Build& build);
Status contrib_grid_sample(Draft& draft, Build& build);
// adapt_linear.cpp
Status own_operator(Draft& draft, Build& build);
Status linear_sigmoid(Draft& draft, Build& build);
Status linear_leaky_relu(Draft& draft, Build& build);
Status linear_reduce_mean(Draft& draft, Build& build);
Status linear_concat(Draft& draft, Build& build);
Status linear_where(Draft& draft, Build& build);
Status linear_softmax(Draft& draft, Build& build);
Status mat_mul_integer_to_float(Draft& draft, Build& build);
Status dynamic_quantize_mat_mul(Draft& draft, Build& build);

// Names of the operators of ONNX Runtime's domain that adapt() converts, sorted: "com.microsoft.BiasGelu", ...
std::vector<std::string_view> contrib_operators();

}  // namespace dlas::onnx
