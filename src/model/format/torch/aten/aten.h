// ATen's operators -> those of the graph. aten.cpp has the table, aten_*.cpp the conversions, grouped by what they do.
//                                                   aten/src/ATen/native/native_functions.yaml, torch 2.15
// An operator that ends in "_" changes its first argument in place: the table names it without, and the change is made here.
#pragma once

#include <string_view>
#include <vector>

#include "model/format/torch/call.h"

namespace dlas::torch {

// The results of one call. `outputs` is how many the caller takes apart, for operators that dlas does not know.
// Errors: faults of the file; what dlas cannot compute is kept in the graph as an unknown operator.
Result<Datum> call_aten(Build& build, std::string_view op, const std::vector<NamedDatum>& arguments,
                        std::size_t outputs);

using Converter = Result<Datum> (*)(Call& call);

// Whether an operator of that name has a conversion.
bool converts(std::string_view op);

// aten_convolution.cpp
Result<Datum> convolution_of(Call& call);  // conv1d, conv2d, conv3d
Result<Datum> convolution(Call& call);     // convolution, _convolution
Result<Datum> conv_transpose(Call& call);
// aten_matrix.cpp
Result<Datum> linear(Call& call);
Result<Datum> addmm(Call& call);
Result<Datum> matmul(Call& call);
Result<Datum> baddbmm(Call& call);
Result<Datum> einsum(Call& call);
Result<Datum> attention(Call& call);
Result<Datum> attention_for_cpu(Call& call);
Result<Datum> multi_head_attention(Call& call);
// aten_pool.cpp
Result<Datum> max_pool(Call& call);
Result<Datum> max_pool_with_indices(Call& call);
Result<Datum> avg_pool(Call& call);
Result<Datum> adaptive_avg_pool(Call& call);
Result<Datum> adaptive_max_pool(Call& call);
Result<Datum> upsample(Call& call);
Result<Datum> upsample_aligned(Call& call);
// aten_norm.cpp
Result<Datum> batch_norm(Call& call);
Result<Datum> native_batch_norm(Call& call);
Result<Datum> batch_norm_no_training(Call& call);
Result<Datum> layer_norm(Call& call);
Result<Datum> native_layer_norm(Call& call);
Result<Datum> group_norm(Call& call);
Result<Datum> native_group_norm(Call& call);
Result<Datum> instance_norm(Call& call);
Result<Datum> softmax(Call& call);
Result<Datum> log_softmax(Call& call);
Result<Datum> vector_norm(Call& call);
// aten_shape.cpp
Result<Datum> view(Call& call);
Result<Datum> as_strided(Call& call);
Result<Datum> view_as(Call& call);
Result<Datum> flatten(Call& call);
Result<Datum> unflatten(Call& call);
Result<Datum> squeeze(Call& call);
Result<Datum> unsqueeze(Call& call);
Result<Datum> permute(Call& call);
Result<Datum> transpose(Call& call);
Result<Datum> matrix_transpose(Call& call);  // t, numpy_T
Result<Datum> expand(Call& call);
Result<Datum> expand_as(Call& call);
Result<Datum> repeat(Call& call);
Result<Datum> pixel_shuffle(Call& call);
Result<Datum> channel_shuffle(Call& call);
// aten_parts.cpp
Result<Datum> cat(Call& call);
Result<Datum> stack(Call& call);
Result<Datum> split(Call& call);
Result<Datum> chunk(Call& call);
Result<Datum> unbind(Call& call);
Result<Datum> slice(Call& call);
Result<Datum> select(Call& call);
Result<Datum> narrow(Call& call);
Result<Datum> index(Call& call);
Result<Datum> index_select(Call& call);
Result<Datum> gather(Call& call);
Result<Datum> roll(Call& call);
Result<Datum> flip(Call& call);
Result<Datum> pad(Call& call);
Result<Datum> constant_pad(Call& call);
Result<Datum> reflection_pad(Call& call);
Result<Datum> replication_pad(Call& call);
Result<Datum> slice_scatter(Call& call);
Result<Datum> select_scatter(Call& call);
Result<Datum> triangle(Call& call);
// aten_elementwise.cpp
Result<Datum> unary(Call& call);   // those whose name and meaning the graph shares
Result<Datum> sum_of(Call& call);  // add, sub, rsub with alpha
Result<Datum> binary(Call& call);  // mul, div without rounding, pow, maximum, comparisons
Result<Datum> quotient(Call& call);
Result<Datum> square(Call& call);
Result<Datum> relu6(Call& call);
Result<Datum> hardtanh(Call& call);
Result<Datum> clamp(Call& call);
Result<Datum> clamp_min(Call& call);
Result<Datum> clamp_max(Call& call);
Result<Datum> hardsigmoid(Call& call);
Result<Datum> silu(Call& call);
Result<Datum> gelu(Call& call);
Result<Datum> leaky_relu(Call& call);
Result<Datum> elu(Call& call);
Result<Datum> prelu(Call& call);
Result<Datum> glu(Call& call);
Result<Datum> where(Call& call);
Result<Datum> masked_fill(Call& call);
// aten_reduction.cpp
Result<Datum> reduction(Call& call);
Result<Datum> extreme(Call& call);  // max, min
Result<Datum> arg_extreme(Call& call);
Result<Datum> variance(Call& call);
Result<Datum> cumsum(Call& call);
Result<Datum> topk(Call& call);
// aten_copy.cpp
Result<Datum> same(Call& call);          // the tensor itself
Result<Datum> perhaps_copy(Call& call);  // contiguous: itself or a copy
Result<Datum> clone(Call& call);
Result<Datum> dropout(Call& call);
Result<Datum> to(Call& call);
Result<Datum> to_copy(Call& call);
Result<Datum> type_as(Call& call);
Result<Datum> copy(Call& call);
Result<Datum> fill(Call& call);
Result<Datum> zeros(Call& call);
Result<Datum> ones(Call& call);
Result<Datum> full(Call& call);
Result<Datum> filled_like(Call& call);
Result<Datum> new_filled(Call& call);
Result<Datum> arange(Call& call);
Result<Datum> scalar_tensor(Call& call);
Result<Datum> size(Call& call);
Result<Datum> dim(Call& call);
Result<Datum> numel(Call& call);
Result<Datum> nothing(Call& call);  // assertions about shapes

}  // namespace dlas::torch
