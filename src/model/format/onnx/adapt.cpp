#include "model/format/onnx/adapt.h"

#include <algorithm>
#include <array>

#include "model/format/onnx/tensor.h"

namespace dlas::onnx {
namespace {

struct Rule {
  std::string_view op_type;
  std::int64_t below;  // applies to opsets below this one
  Adapter adapter;
};

// Sorted by name; the versions are those of the changelog of ONNX's operators. All rules of an operator apply in order.
constexpr auto kRules = std::to_array<Rule>({
    {"Abs", 6, drop_consumed},
    {"Add", 7, old_broadcast},
    {"And", 7, old_broadcast},
    {"BatchNormalization", 15, batch_normalization},
    {"Ceil", 6, drop_consumed},
    {"Clip", 6, drop_consumed},
    {"Clip", 11, clip_limits},
    {"Div", 7, old_broadcast},
    {"Dropout", 12, dropout_inputs},
    {"Elu", 6, drop_consumed},
    {"Equal", 7, old_broadcast},
    {"Exp", 6, drop_consumed},
    {"Floor", 6, drop_consumed},
    {"Gemm", 7, gemm_broadcast},
    {"Greater", 7, old_broadcast},
    {"GroupNormalization", 21, group_normalization},
    {"HardSigmoid", 6, drop_consumed},
    {"Hardmax", 13, flattened_softmax},
    {"InstanceNormalization", 6, drop_consumed},
    {"LeakyRelu", 6, drop_consumed},
    {"Less", 7, old_broadcast},
    {"Log", 6, drop_consumed},
    {"LogSoftmax", 13, flattened_softmax},
    {"Max", 6, drop_consumed},
    {"Mean", 6, drop_consumed},
    {"Min", 6, drop_consumed},
    {"Mul", 7, old_broadcast},
    {"Neg", 6, drop_consumed},
    {"Or", 7, old_broadcast},
    {"PRelu", 6, drop_consumed},
    {"Pad", 11, pad_pads},
    {"Pow", 7, old_broadcast},
    {"Reciprocal", 6, drop_consumed},
    {"ReduceL1", 18, axes_input},
    {"ReduceL2", 18, axes_input},
    {"ReduceLogSum", 18, axes_input},
    {"ReduceLogSumExp", 18, axes_input},
    {"ReduceMax", 18, axes_input},
    {"ReduceMean", 18, axes_input},
    {"ReduceMin", 18, axes_input},
    {"ReduceProd", 18, axes_input},
    {"ReduceSum", 13, axes_input},
    {"ReduceSumSquare", 18, axes_input},
    {"Relu", 6, drop_consumed},
    {"Reshape", 5, reshape_shape},
    {"Resize", 11, resize_scales},
    {"Scatter", kNewestOpset + 1, scatter},
    {"Selu", 6, drop_consumed},
    {"Sigmoid", 6, drop_consumed},
    {"Slice", 10, slice_limits},
    {"Softmax", 13, flattened_softmax},
    {"Split", 13, split_sizes},
    {"Sqrt", 6, drop_consumed},
    {"Squeeze", 13, axes_input},
    {"Sub", 7, old_broadcast},
    {"Sum", 6, drop_consumed},
    {"Tanh", 6, drop_consumed},
    {"Tile", 6, tile_repeats},
    {"TopK", 10, topk_k},
    {"Unsqueeze", 13, axes_input},
    {"Upsample", kNewestOpset + 1, upsample},
    {"Xor", 7, old_broadcast},
});

// ONNX Runtime's own domain, and one name that it puts into the standard domain. Sorted.
struct Contrib {
  std::string_view op_type;
  Adapter adapter;
};
constexpr auto kContrib = std::to_array<Contrib>({
    {"SimplifiedLayerNormalization", simplified_layer_normalization},
    {"com.microsoft.BiasGelu", bias_gelu},
    {"com.microsoft.DequantizeLinear", own_operator},
    {"com.microsoft.DynamicQuantizeMatMul", dynamic_quantize_mat_mul},
    {"com.microsoft.FastGelu", fast_gelu},
    {"com.microsoft.FusedConv", fused_conv},
    {"com.microsoft.FusedGemm", fused_gemm},
    {"com.microsoft.FusedMatMul", fused_mat_mul},
    {"com.microsoft.Gelu", plain_gelu},
    {"com.microsoft.GridSample", contrib_grid_sample},
    {"com.microsoft.MatMulIntegerToFloat", mat_mul_integer_to_float},
    {"com.microsoft.NhwcConv", nhwc_conv},
    {"com.microsoft.NhwcMaxPool", nhwc_max_pool},
    {"com.microsoft.QGemm", own_operator},
    {"com.microsoft.QLinearAdd", own_operator},
    {"com.microsoft.QLinearAveragePool", own_operator},
    {"com.microsoft.QLinearConcat", linear_concat},
    {"com.microsoft.QLinearConv", own_operator},
    {"com.microsoft.QLinearGlobalAveragePool", own_operator},
    {"com.microsoft.QLinearLeakyRelu", linear_leaky_relu},
    {"com.microsoft.QLinearMul", own_operator},
    {"com.microsoft.QLinearReduceMean", linear_reduce_mean},
    {"com.microsoft.QLinearSigmoid", linear_sigmoid},
    {"com.microsoft.QLinearSoftmax", linear_softmax},
    {"com.microsoft.QLinearWhere", linear_where},
    {"com.microsoft.QuantizeLinear", own_operator},
    {"com.microsoft.QuickGelu", quick_gelu},
    {"com.microsoft.SkipLayerNormalization", skip_layer_normalization},
    {"com.microsoft.SkipSimplifiedLayerNormalization", skip_layer_normalization},
});

// Numbers that name an element type become one; 0 means that none is named.
Status name_types(Draft& draft) {
  for (const std::string_view name :
       {"to", "dtype", "output_dtype", "precision", "output_datatype", "stash_type", "softmax_precision"}) {
    const AttributeValue* value = draft.find(name);
    const auto* number = value ? std::get_if<std::int64_t>(value) : nullptr;
    if (!number) continue;
    if (*number == 0) {
      draft.erase(name);
      continue;
    }
    const auto dtype = dtype_of_proto(*number);
    if (!dtype.ok()) return dtype.error();
    draft.set(name, *dtype);
  }
  return {};
}

}  // namespace

Status adapt(Draft& draft, Build& build) {
  const std::string name = draft.op_type;
  for (const Rule& rule : kRules)
    if (rule.op_type == name && draft.opset < rule.below) DLAS_TRY(rule.adapter(draft, build));
  const auto contrib = std::ranges::lower_bound(kContrib, std::string_view(name), {}, &Contrib::op_type);
  if (contrib != kContrib.end() && contrib->op_type == name) DLAS_TRY(contrib->adapter(draft, build));
  return name_types(draft);
}

std::vector<std::string_view> contrib_operators() {
  std::vector<std::string_view> names;
  for (const Contrib& c : kContrib) names.push_back(c.op_type);
  return names;
}

}  // namespace dlas::onnx
