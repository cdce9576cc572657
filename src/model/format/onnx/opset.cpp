#include "model/format/onnx/opset.h"

#include <algorithm>
#include <array>

#include "model/format/onnx/adapt.h"
#include "model/format/onnx/exported.h"
#include "model/op/list.h"

namespace dlas::onnx {
namespace {

constexpr std::int64_t kNever = kNewestOpset + 1;

struct Since {
  std::string_view op, attribute;
  std::int64_t opset;
};

// Operators younger than opset 13; kNever: extensions of dlas, and what only ONNX Runtime's own domain has.
constexpr auto kOperators = std::to_array<Since>({
    {"AffineGrid", "", 20},
    {"Atan2", "", kNever},
    {"Attention", "", 23},
    {"BitCast", "", 26},
    {"BitwiseAnd", "", 18},
    {"BitwiseNot", "", 18},
    {"BitwiseOr", "", 18},
    {"BitwiseXor", "", 18},
    {"CastLike", "", 15},
    {"CenterCropPad", "", 18},
    {"Col2Im", "", 18},
    {"CumProd", "", 26},
    {"DeformConv", "", 19},
    {"DetectionPostProcess", "", kNever},
    {"FloorDiv", "", kNever},
    {"FullyConnected", "", kNever},
    {"Fused", "", kNever},
    {"Gelu", "", 20},
    {"GridSample", "", 16},
    {"GroupNormalization", "", 21},  // opset 18 takes a scale for each group, the IR one for each channel
    {"HardSwish", "", 14},
    {"LayerNormalization", "", 17},
    {"Mish", "", 18},
    {"NotEqual", "", kNever},
    {"PaddedNonMaxSuppression", "", kNever},
    {"QGemm", "", kNever},
    {"QLinearAdd", "", kNever},
    {"QLinearAveragePool", "", kNever},
    {"QLinearGlobalAveragePool", "", kNever},
    {"QLinearMul", "", kNever},
    {"QLinearSoftmax", "", kNever},
    {"RMSNormalization", "", 23},
    {"Relu6", "", kNever},
    {"ReluN1To1", "", kNever},
    {"Requantize", "", kNever},
    {"Reverse", "", kNever},
    {"RotaryEmbedding", "", 23},
    {"Rsqrt", "", kNever},
    {"Square", "", kNever},
    {"SquaredDifference", "", kNever},
    {"Swish", "", 24},
    {"TensorScatter", "", 24},
    {"Trilu", "", 14},
});

constexpr auto kAttributes = std::to_array<Since>({
    {"Attention", "left_window_size", 25},
    {"Attention", "right_window_size", 25},
    {"AveragePool", "dilations", 19},
    {"BatchNormalization", "training_mode", 14},
    {"Cast", "round_mode", 24},
    {"Cast", "saturate", 19},
    {"CastLike", "round_mode", 24},
    {"CastLike", "saturate", 19},
    {"DequantizeLinear", "block_size", 21},
    {"DequantizeLinear", "output_dtype", 23},
    {"GRU", "layout", 14},
    {"Hardmax", "beta", kNever},
    {"Hardmax", "flatten", kNever},
    {"LSTM", "layout", 14},
    {"LogSoftmax", "beta", kNever},
    {"LogSoftmax", "flatten", kNever},
    {"LpPool", "ceil_mode", 18},
    {"LpPool", "dilations", 18},
    {"MatMul", "adj_x", kNever},
    {"MatMul", "adj_y", kNever},
    {"QuantizeLinear", "block_size", 21},
    {"QuantizeLinear", "output_dtype", 21},
    {"QuantizeLinear", "precision", 23},
    {"QuantizeLinear", "saturate", 19},
    {"RNN", "layout", 14},
    {"Reshape", "allowzero", 14},
    {"Resize", "antialias", 18},
    {"Resize", "axes", 18},
    {"Resize", "keep_aspect_ratio_policy", 18},
    {"RoiAlign", "coordinate_transformation_mode", 16},
    {"ScatterElements", "reduction", 16},
    {"ScatterND", "reduction", 16},
    {"Shape", "end", 15},
    {"Shape", "start", 15},
    {"Softmax", "beta", kNever},
    {"Softmax", "flatten", kNever},
    {"SpaceToDepth", "mode", 28},
    {"Split", "num_outputs", 18},
});

constexpr auto kReductions =
    std::to_array<std::string_view>({"ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceMax",
                                     "ReduceMean", "ReduceMin", "ReduceProd", "ReduceSumSquare"});

// IR version by opset, from 13 on.
constexpr auto kIrVersions = std::to_array<std::int64_t>({7, 7, 8, 8, 8, 8, 9, 9, 10, 10, 11, 12, 13, 13, 13, 14});

}  // namespace

std::optional<std::int64_t> opset_of(std::string_view op) {
  const auto row = std::ranges::find(kOperators, op, &Since::op);
  if (row != kOperators.end()) return row->opset == kNever ? std::nullopt : std::optional(row->opset);
  // What another domain defines has a dot in its name.
  return op::find_op(op) && op.find('.') == std::string_view::npos ? std::optional(kOldestWritten) : std::nullopt;
}

std::optional<std::int64_t> opset_of_attribute(std::string_view op, std::string_view attribute) {
  if (attribute == "filter" || attribute == "activation") return std::nullopt;
  if (attribute == "layout" && op != "GRU" && op != "LSTM" && op != "RNN") return std::nullopt;
  if (attribute == "noop_with_empty_axes" && axes_were_attribute(op)) return 18;
  const auto row =
      std::ranges::find_if(kAttributes, [&](const Since& s) { return s.op == op && s.attribute == attribute; });
  if (row != kAttributes.end()) return row->opset == kNever ? std::nullopt : std::optional(row->opset);
  return kOldestWritten;
}

bool axes_were_attribute(std::string_view op) { return std::ranges::binary_search(kReductions, op); }

std::int64_t needed_opset(const Graph& graph, std::int64_t least) {
  std::int64_t out = least;
  for (const Node& node : graph.nodes()) {
    out = std::max(out, opset_of(node.op_name).value_or(least));
    for (const NamedAttribute& a : exported_attributes(node))
      out = std::max(out, opset_of_attribute(node.op_name, a.name).value_or(least));
  }
  for (const Node& node : graph.nodes()) {
    const bool computed = axes_were_attribute(node.op_name) && node.inputs.size() > 1 && node.inputs[1] != kNone &&
                          !graph.value(node.inputs[1]).is_constant();
    if (computed || (node.op_name == "Pad" && node.inputs.size() > 3)) out = std::max<std::int64_t>(out, 18);
  }
  for (const Value& value : graph.values()) {
    const DType d = value.type.dtype;
    if (d == DType::i4 || d == DType::u4) out = std::max<std::int64_t>(out, 21);
  }
  for (const Node& node : graph.nodes())
    if (node.op_name == "QuantizeLinear" || node.op_name == "DequantizeLinear")
      for (const auto* list : {&node.inputs, &node.outputs})
        for (const ValueId v : *list)
          if (v != kNone && (graph.value(v).type.dtype == DType::i16 || graph.value(v).type.dtype == DType::u16))
            out = std::max<std::int64_t>(out, 21);
  return out;
}

std::int64_t ir_version(std::int64_t opset) {
  return kIrVersions[static_cast<std::size_t>(std::clamp(opset, kOldestWritten, kNewestOpset) - kOldestWritten)];
}

}  // namespace dlas::onnx
