#include "model/format/torch/aten/aten.h"

#include <fmt/format.h>

#include <algorithm>

namespace dlas::torch {
namespace {

struct Row {
  std::string_view op;
  std::string_view signature;
  Converter converter;
};

constexpr std::string_view kConv = "input weight bias stride padding dilation groups";
constexpr std::string_view kPool = "self kernel_size stride padding dilation ceil_mode";
constexpr std::string_view kNearest = "self|input output_size scales|scales_h|scale_factors scales_w";
constexpr std::string_view kAligned = "self|input output_size align_corners scales|scales_h|scale_factors scales_w";
constexpr std::string_view kBatchNorm =
    "input weight bias running_mean running_var training momentum eps cudnn_enabled";
constexpr std::string_view kLike = "self dtype layout device pin_memory memory_format";
constexpr std::string_view kTwo = "self other|exponent";
constexpr std::string_view kDrop = "input|self p train|training";

// Sorted by name.
constexpr Row kRows[] = {
    {"__and__", kTwo, binary},
    {"_adaptive_avg_pool2d", "self output_size", adaptive_avg_pool},
    {"_assert_async", "self assert_msg", nothing},
    {"_assert_scalar", "self assert_msg", nothing},
    {"_assert_tensor_metadata", "a|self size stride dtype device layout", nothing},
    {"_convolution",
     "input weight bias stride padding dilation transposed output_padding groups benchmark deterministic cudnn_enabled "
     "allow_tf32",
     convolution},
    {"_log_softmax", "self dim half_to_float", log_softmax},
    {"_native_batch_norm_legit_no_training", "input weight bias running_mean running_var momentum eps",
     batch_norm_no_training},
    {"_native_multi_head_attention",
     "query key value embed_dim num_head qkv_weight qkv_bias proj_weight proj_bias mask need_weights "
     "average_attn_weights mask_type",
     multi_head_attention},
    {"_safe_softmax", "self dim dtype", softmax},
    {"_scaled_dot_product_flash_attention_for_cpu", "query key value dropout_p is_causal attn_mask scale",
     attention_for_cpu},
    {"_softmax", "self dim half_to_float", softmax},
    {"_to_copy", "self dtype layout device pin_memory non_blocking memory_format", to_copy},
    {"_unsafe_view", "self size", view},
    {"abs", "self", unary},
    {"acos", "self", unary},
    {"adaptive_avg_pool1d", "self output_size", adaptive_avg_pool},
    {"adaptive_avg_pool2d", "self output_size", adaptive_avg_pool},
    {"adaptive_max_pool2d", "self output_size", adaptive_max_pool},
    {"add", "self other alpha", sum_of},
    {"addmm", "self mat1 mat2 beta alpha", addmm},
    {"alias", "self", same},
    {"all", "self dim keepdim", reduction},
    {"alpha_dropout", kDrop, dropout},
    {"amax", "self dim keepdim", reduction},
    {"amin", "self dim keepdim", reduction},
    {"any", "self dim keepdim", reduction},
    {"arange", "start|end end step dtype layout device pin_memory", arange},
    {"argmax", "self dim keepdim", arg_extreme},
    {"argmin", "self dim keepdim", arg_extreme},
    {"as_strided", "self size stride storage_offset", as_strided},
    {"asin", "self", unary},
    {"atan", "self", unary},
    {"avg_pool1d", "self kernel_size stride padding ceil_mode count_include_pad", avg_pool},
    {"avg_pool2d", "self kernel_size stride padding ceil_mode count_include_pad divisor_override", avg_pool},
    {"baddbmm", "self batch1 batch2 beta alpha", baddbmm},
    {"batch_norm", kBatchNorm, batch_norm},
    {"bitwise_and", kTwo, binary},
    {"bitwise_not", "self", unary},
    {"bitwise_or", kTwo, binary},
    {"bitwise_xor", kTwo, binary},
    {"bmm", "self mat2", matmul},
    {"cat", "tensors dim", cat},
    {"ceil", "self", unary},
    {"channel_shuffle", "self|input groups", channel_shuffle},
    {"chunk", "self chunks dim", chunk},
    {"clamp", "self min max", clamp},
    {"clamp_max", "self max", clamp_max},
    {"clamp_min", "self min", clamp_min},
    {"clip", "self min max", clamp},
    {"clone", "self memory_format", clone},
    {"concat", "tensors dim", cat},
    {"constant_pad_nd", "self pad value", constant_pad},
    {"contiguous", "self memory_format", perhaps_copy},
    {"conv1d", kConv, convolution_of},
    {"conv2d", kConv, convolution_of},
    {"conv3d", kConv, convolution_of},
    {"conv_transpose2d", "input weight bias stride padding output_padding groups dilation", conv_transpose},
    {"convolution", "input weight bias stride padding dilation transposed output_padding groups", convolution},
    {"copy", "self src non_blocking", copy},
    {"cos", "self", unary},
    {"cosh", "self", unary},
    {"cumsum", "self dim dtype", cumsum},
    {"detach", "self", same},
    {"dim", "self", dim},
    {"div", "self other rounding_mode", quotient},
    {"dropout", kDrop, dropout},
    {"einsum", "equation tensors path", einsum},
    {"elu", "self alpha scale input_scale", elu},
    {"eq", kTwo, binary},
    {"erf", "self", unary},
    {"exp", "self", unary},
    {"expand", "self size implicit", expand},
    {"expand_as", "self other", expand_as},
    {"feature_dropout", kDrop, dropout},
    {"fill", "self value", fill},
    {"flatten", "self|input start_dim end_dim", flatten},
    {"flip", "self dims", flip},
    {"floor", "self", unary},
    {"floor_divide", kTwo, quotient},
    {"fmod", kTwo, binary},
    {"full", "size fill_value dtype layout device pin_memory", full},
    {"full_like", "self fill_value dtype layout device pin_memory memory_format", filled_like},
    {"gather", "self dim index sparse_grad", gather},
    {"ge", kTwo, binary},
    {"gelu", "self approximate", gelu},
    {"glu", "self dim", glu},
    {"group_norm", "input num_groups weight bias eps cudnn_enabled", group_norm},
    {"gt", kTwo, binary},
    {"hardsigmoid", "self", hardsigmoid},
    {"hardswish", "self", unary},
    {"hardtanh", "self min_val max_val", hardtanh},
    {"index", "self indices", index},
    {"index_select", "self dim index", index_select},
    {"instance_norm", "input weight bias running_mean running_var use_input_stats momentum eps cudnn_enabled",
     instance_norm},
    {"isinf", "self", unary},
    {"isnan", "self", unary},
    {"layer_norm", "input normalized_shape weight bias eps cudnn_enable", layer_norm},
    {"le", kTwo, binary},
    {"leaky_relu", "self negative_slope", leaky_relu},
    {"lift_fresh", "self", same},
    {"lift_fresh_copy", "self", clone},
    {"linalg_vector_norm", "self ord dim keepdim dtype", vector_norm},
    {"linear", "input weight bias", linear},
    {"log", "self", unary},
    {"log_softmax", "self dim dtype", log_softmax},
    {"logical_and", kTwo, binary},
    {"logical_not", "self", unary},
    {"logical_or", kTwo, binary},
    {"logsumexp", "self dim keepdim", reduction},
    {"lt", kTwo, binary},
    {"masked_fill", "self mask value", masked_fill},
    {"matmul", kTwo, matmul},
    {"max", "self dim|other keepdim", extreme},
    {"max_pool1d", kPool, max_pool},
    {"max_pool2d", kPool, max_pool},
    {"max_pool2d_with_indices", kPool, max_pool_with_indices},
    {"maximum", kTwo, binary},
    {"mean", "self dim keepdim dtype", reduction},
    {"min", "self dim|other keepdim", extreme},
    {"minimum", kTwo, binary},
    {"mish", "self", unary},
    {"mm", "self mat2", matmul},
    {"mul", kTwo, binary},
    {"multiply", kTwo, binary},
    {"narrow", "self dim start length", narrow},
    {"native_batch_norm", kBatchNorm, native_batch_norm},
    {"native_group_norm", "input weight bias N C HxW group eps", native_group_norm},
    {"native_layer_norm", "input normalized_shape weight bias eps", native_layer_norm},
    {"ne", kTwo, binary},
    {"neg", "self", unary},
    {"new_full", "self size fill_value dtype layout device pin_memory", new_filled},
    {"new_ones", "self size dtype layout device pin_memory", new_filled},
    {"new_zeros", "self size dtype layout device pin_memory", new_filled},
    {"norm", "self p|ord dim keepdim dtype", vector_norm},
    {"numel", "self", numel},
    {"numpy_T", "self", matrix_transpose},
    {"ones", "size dtype layout device pin_memory", ones},
    {"ones_like", kLike, filled_like},
    {"pad", "self|input pad mode value", pad},
    {"permute", "self dims", permute},
    {"pixel_shuffle", "self upscale_factor", pixel_shuffle},
    {"pow", kTwo, binary},
    {"prelu", "self weight", prelu},
    {"prod", "self dim keepdim dtype", reduction},
    {"reciprocal", "self", unary},
    {"reflection_pad2d", "self padding", reflection_pad},
    {"relu", "self", unary},
    {"relu6", "self", relu6},
    {"remainder", kTwo, quotient},
    {"repeat", "self repeats", repeat},
    {"replication_pad2d", "self padding", replication_pad},
    {"reshape", "self shape", view},
    {"reshape_as", "self other", view_as},
    {"roll", "self shifts dims", roll},
    {"round", "self", unary},
    {"rsqrt", "self", unary},
    {"rsub", "self other alpha", sum_of},
    {"scalar_tensor", "s dtype layout device pin_memory", scalar_tensor},
    {"scaled_dot_product_attention", "query key value attn_mask dropout_p is_causal scale enable_gqa", attention},
    {"select", "self dim index", select},
    {"select_scatter", "self src dim index", select_scatter},
    {"selu", "self", unary},
    {"sigmoid", "self", unary},
    {"sign", "self", unary},
    {"silu", "self", silu},
    {"sin", "self", unary},
    {"sinh", "self", unary},
    {"size", "self dim", size},
    {"slice", "self dim start end step", slice},
    {"slice_scatter", "self src dim start end step", slice_scatter},
    {"softmax", "self dim dtype", softmax},
    {"softplus", "self beta threshold", unary},
    {"softsign", "self", unary},
    {"split", "self split_size|split_sizes dim", split},
    {"split_with_sizes", "self split_sizes dim", split},
    {"sqrt", "self", unary},
    {"square", "self", square},
    {"squeeze", "self dim", squeeze},
    {"stack", "tensors dim", stack},
    {"std", "self dim correction|unbiased keepdim", variance},
    {"sub", "self other alpha", sum_of},
    {"sum", "self dim keepdim dtype", reduction},
    {"swapaxes", "self axis0 axis1", transpose},
    {"sym_constrain_range", "size min max", nothing},
    {"sym_constrain_range_for_size", "size min max", nothing},
    {"sym_numel", "self", numel},
    {"sym_size", "self dim", size},
    {"t", "self", matrix_transpose},
    {"tan", "self", unary},
    {"tanh", "self", unary},
    {"tensor", "s dtype device requires_grad", scalar_tensor},
    {"to", "self dtype device other layout pin_memory non_blocking copy memory_format", to},
    {"topk", "self k dim largest sorted", topk},
    {"transpose", "self dim0 dim1", transpose},
    {"tril", "self diagonal", triangle},
    {"triu", "self diagonal", triangle},
    {"true_divide", kTwo, binary},
    {"type_as", "self other", type_as},
    {"unbind", "self dim", unbind},
    {"unflatten", "self dim sizes", unflatten},
    {"unsqueeze", "self dim", unsqueeze},
    {"upsample_bicubic2d", kAligned, upsample_aligned},
    {"upsample_bilinear2d", kAligned, upsample_aligned},
    {"upsample_nearest1d", kNearest, upsample},
    {"upsample_nearest2d", kNearest, upsample},
    {"upsample_nearest_exact2d", kNearest, upsample},
    {"var", "self dim correction|unbiased keepdim", variance},
    {"var_mean", "self dim correction|unbiased keepdim", variance},
    {"view", "self size", view},
    {"view_as", "self other", view_as},
    {"where", "condition self other", where},
    {"zero", "self", fill},
    {"zeros", "size dtype layout device pin_memory", zeros},
    {"zeros_like", kLike, filled_like},
};
static_assert(std::ranges::is_sorted(kRows, {}, &Row::op));

const Row* row_of(std::string_view op) {
  const auto row = std::ranges::lower_bound(kRows, op, {}, &Row::op);
  return row == std::end(kRows) || row->op != op ? nullptr : row;
}

// "relu_" changes x; "__and__" and "t" do not.
bool in_place(std::string_view op) { return op.size() > 1 && op.ends_with('_') && !op.ends_with("__"); }

Result<Datum> converted(Build& build, const Row& row, const std::vector<NamedDatum>& arguments, bool changes) {
  DLAS_ASSIGN(Call call, Call::bind(build, row.op, row.signature, arguments));
  DLAS_ASSIGN(const Datum out, row.converter(call));
  if (!changes) return out;
  DLAS_ASSIGN(const TensorRef target, call.cell(0));
  const auto* made = std::get_if<TensorRef>(&out);
  if (!made) return cannot("a change in place that makes no tensor");
  if (*made == target) return out;
  DLAS_ASSIGN(const ValueId value, build.cast((*made)->value, build.type(target->value).dtype));
  DLAS_TRY(change(target, value, build));
  return Datum(target);
}

// The tensors among the arguments, for an operator that is kept as it is. One that has been changed beyond recognition is
// left out: the graph cannot run anyway.
std::vector<ValueId> tensors_in(Build& build, const std::vector<NamedDatum>& arguments) {
  std::vector<ValueId> out;
  const auto take = [&](const Datum& d) {
    if (const auto* t = std::get_if<TensorRef>(&d)) {
      const auto value = current(*t, build);
      if (value.ok()) out.push_back(*value);
    }
  };
  for (const auto& [name, d] : arguments) {
    take(d);
    if (const auto* s = std::get_if<SequenceRef>(&d))
      for (const Datum& item : (*s)->items) take(item);
  }
  return out;
}

}  // namespace

bool converts(std::string_view op) { return row_of(op) != nullptr; }

Result<Datum> call_aten(Build& build, std::string_view op, const std::vector<NamedDatum>& arguments,
                        std::size_t outputs) {
  const bool changes = in_place(op);
  const Row* row = row_of(changes ? op.substr(0, op.size() - 1) : op);
  auto out =
      row ? converted(build, *row, arguments, changes) : Result<Datum>(cannot("an operator that dlas does not know"));
  if (out.ok()) return out;
  if (out.error().code != Code::unsupported) return out.error().at_node(build.name(), op);
  std::vector<Datum> data = build.keep_unknown(op, tensors_in(build, arguments), outputs, out.error().found);
  return data.size() == 1 ? data[0] : tuple_of(std::move(data));
}

}  // namespace dlas::torch
