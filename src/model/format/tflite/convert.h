// TFLite's operators -> those of the graph. convert.cpp has the table, convert_*.cpp the conversions, grouped by what the
// operator does.
#pragma once

#include "model/format/tflite/build.h"

namespace dlas::tflite {

// Adds the nodes of one operator.
// Errors: Code::unsupported with the reason in `found`: the operator is then kept as the file has it and cannot run.
// Anything else is a fault of the file.
Status convert(const Draft& draft, Build& build);

// What convert does with an operator of that name.
enum class Support { none, real, quantized };  // real: not with quantised tensors
Support support(std::string_view code);

// Custom operators that convert reads, by the name that files give them; sorted.
std::vector<std::string_view> custom_operators();

using Converter = Status (*)(const Draft& draft, Build& build);

Error cannot(std::string_view reason);  // unsupported

// Attribute `activation` from an options field. Errors: unsupported for a number outside the schema.
Result<NamedAttribute> activation(const Draft& draft, int field);

// convert_spatial.cpp
Status conv_2d(const Draft& draft, Build& build);
Status conv_3d(const Draft& draft, Build& build);
Status depthwise_conv_2d(const Draft& draft, Build& build);
Status transpose_conv(const Draft& draft, Build& build);
Status fully_connected(const Draft& draft, Build& build);
Status average_pool(const Draft& draft, Build& build);
Status max_pool(const Draft& draft, Build& build);
Status resize_bilinear(const Draft& draft, Build& build);
Status resize_nearest(const Draft& draft, Build& build);
Status local_response(const Draft& draft, Build& build);
Status conv_3d_transpose(const Draft& draft, Build& build);
Status transpose_conv_bias(const Draft& draft, Build& build);
Status l2_pool(const Draft& draft, Build& build);
// convert_detection.cpp
Status suppression_4(const Draft& draft, Build& build);
Status suppression_5(const Draft& draft, Build& build);
Status detection_post_process(const Draft& draft, Build& build);
Status edge_tpu(const Draft& draft, Build& build);
// convert_shape.cpp
Status reshape(const Draft& draft, Build& build);
Status squeeze(const Draft& draft, Build& build);
Status expand_dims(const Draft& draft, Build& build);
Status transpose(const Draft& draft, Build& build);
Status concatenation(const Draft& draft, Build& build);
Status slice(const Draft& draft, Build& build);
Status strided_slice(const Draft& draft, Build& build);
Status split(const Draft& draft, Build& build);
Status split_v(const Draft& draft, Build& build);
Status pack(const Draft& draft, Build& build);
Status unpack(const Draft& draft, Build& build);
Status gather(const Draft& draft, Build& build);
Status pad(const Draft& draft, Build& build);
Status mirror_pad(const Draft& draft, Build& build);
Status depth_to_space(const Draft& draft, Build& build);
Status space_to_depth(const Draft& draft, Build& build);
Status fill(const Draft& draft, Build& build);
// convert_blocks.cpp
Status space_to_batch(const Draft& draft, Build& build);
Status batch_to_space(const Draft& draft, Build& build);
// convert_indices.cpp
Status one_hot(const Draft& draft, Build& build);
Status top_k(const Draft& draft, Build& build);
Status cumsum(const Draft& draft, Build& build);
Status reverse_sequence(const Draft& draft, Build& build);
Status gather_nd(const Draft& draft, Build& build);
Status embedding_lookup(const Draft& draft, Build& build);
Status scatter_nd(const Draft& draft, Build& build);
Status where(const Draft& draft, Build& build);
Status select(const Draft& draft, Build& build);
Status shape(const Draft& draft, Build& build);
Status rank(const Draft& draft, Build& build);
Status zeros_like(const Draft& draft, Build& build);
Status right_shift(const Draft& draft, Build& build);
Status bitcast(const Draft& draft, Build& build);
// convert_elementwise.cpp
Status arithmetic(const Draft& draft, Build& build);   // ADD, SUB, MUL, DIV: with a fused activation
Status same_inputs(const Draft& draft, Build& build);  // operators with inputs and meaning of the graph's
Status softmax(const Draft& draft, Build& build);
Status log_softmax(const Draft& draft, Build& build);
Status leaky_relu(const Draft& draft, Build& build);
Status relu_0_to_1(const Draft& draft, Build& build);
Status gelu(const Draft& draft, Build& build);
Status cast(const Draft& draft, Build& build);
Status quantize(const Draft& draft, Build& build);
Status dequantize(const Draft& draft, Build& build);
Status reduction(const Draft& draft, Build& build);
Status arg_extreme(const Draft& draft, Build& build);
Status batch_mat_mul(const Draft& draft, Build& build);
Status l2_normalization(const Draft& draft, Build& build);

}  // namespace dlas::tflite
