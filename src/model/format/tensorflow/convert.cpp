#include "model/format/tensorflow/convert.h"

#include <fmt/format.h>

#include <algorithm>

namespace dlas::tensorflow {
namespace {

struct Row {
  std::string_view op;
  Converter converter;
  std::size_t inputs;             // at least
  std::string_view outputs = "";  // names of the arguments, where there are several
};

// Sorted by operator.
constexpr Row kRows[] = {
    {"Abs", same_inputs, 1},
    {"Acos", same_inputs, 1},
    {"Acosh", same_inputs, 1},
    {"Add", same_inputs, 2},
    {"AddN", same_inputs, 1},
    {"AddV2", same_inputs, 2},
    {"All", reduction, 2},
    {"Any", reduction, 2},
    {"ArgMax", arg_extreme, 2},
    {"ArgMin", arg_extreme, 2},
    {"Asin", same_inputs, 1},
    {"Asinh", same_inputs, 1},
    {"Atan", same_inputs, 1},
    {"Atan2", same_inputs, 2},
    {"Atanh", same_inputs, 1},
    {"AvgPool", pool, 1},
    {"AvgPool3D", pool, 1},
    {"BatchMatMul", batch_mat_mul, 2},
    {"BatchMatMulV2", batch_mat_mul, 2},
    {"BatchMatMulV3", batch_mat_mul, 2},
    {"BatchToSpaceND", batch_to_space, 3},
    {"BiasAdd", bias_add, 2},
    {"BiasAddV1", bias_add, 2},
    {"BroadcastTo", broadcast_to, 2},
    {"Cast", cast, 1},
    {"Ceil", same_inputs, 1},
    {"ClipByValue", clip, 3},
    {"Concat", concat, 2},
    {"ConcatV2", concat, 2},
    {"Conv2D", convolution, 2},
    {"Conv2DBackpropInput", transposed_convolution, 3},
    {"Conv3D", convolution, 2},
    {"Conv3DBackpropInputV2", transposed_convolution, 3},
    {"Cos", same_inputs, 1},
    {"Cosh", same_inputs, 1},
    {"Cumprod", cumulation, 2},
    {"Cumsum", cumulation, 2},
    {"DepthToSpace", depth_to_space, 1},
    {"DepthwiseConv2dNative", depthwise_convolution, 2},
    {"Div", same_inputs, 2},
    {"DivNoNan", divide_no_nan, 2},
    {"Einsum", einsum, 1},
    {"Elu", same_inputs, 1},
    {"Equal", same_inputs, 2},
    {"Erf", same_inputs, 1},
    {"Erfc", erf_c, 1},
    {"EuclideanNorm", reduction, 2},
    {"Exp", same_inputs, 1},
    {"ExpandDims", expand_dims, 2},
    {"Expm1", exp_m1, 1},
    {"FakeQuantWithMinMaxArgs", fake_quant, 1},
    {"FakeQuantWithMinMaxVars", fake_quant, 3},
    {"FakeQuantWithMinMaxVarsPerChannel", fake_quant, 3},
    {"Fill", fill, 2},
    {"Floor", same_inputs, 1},
    {"FloorDiv", same_inputs, 2},
    {"FloorMod", remainder, 2},
    {"FusedBatchNorm", batch_norm, 5, "y batch_mean batch_variance reserve_space_1 reserve_space_2"},
    {"FusedBatchNormV2", batch_norm, 5, "y batch_mean batch_variance reserve_space_1 reserve_space_2"},
    {"FusedBatchNormV3", batch_norm, 5, "y batch_mean batch_variance reserve_space_1 reserve_space_2 reserve_space_3"},
    {"Gather", gather, 2},
    {"GatherNd", gather_nd, 2},
    {"GatherV2", gather, 3},
    {"Greater", same_inputs, 2},
    {"GreaterEqual", same_inputs, 2},
    {"Inv", same_inputs, 1},
    {"IsFinite", is_finite, 1},
    {"IsInf", same_inputs, 1},
    {"IsNan", same_inputs, 1},
    {"LRN", local_response, 1},
    {"LeakyRelu", leaky_relu, 1},
    {"Less", same_inputs, 2},
    {"LessEqual", same_inputs, 2},
    {"Log", same_inputs, 1},
    {"Log1p", log_1p, 1},
    {"LogSoftmax", softmax, 1},
    {"LogicalAnd", same_inputs, 2},
    {"LogicalNot", same_inputs, 1},
    {"LogicalOr", same_inputs, 2},
    {"MatMul", mat_mul, 2},
    {"Max", reduction, 2},
    {"MaxPool", pool, 1},
    {"MaxPool3D", pool, 1},
    {"MaxPoolV2", pool, 3},
    {"Maximum", same_inputs, 2},
    {"Mean", reduction, 2},
    {"Min", reduction, 2},
    {"Minimum", same_inputs, 2},
    {"MirrorPad", mirror_pad, 2},
    {"Mod", remainder, 2},
    {"Mul", same_inputs, 2},
    {"Neg", same_inputs, 1},
    {"NonMaxSuppressionV3", suppression, 5},
    {"NonMaxSuppressionV4", suppression, 5, "selected_indices valid_outputs"},
    {"NonMaxSuppressionV5", suppression, 6, "selected_indices selected_scores valid_outputs"},
    {"NotEqual", same_inputs, 2},
    {"OneHot", one_hot, 4},
    {"OnesLike", filled_like, 1},
    {"Pack", pack, 1},
    {"Pad", pad, 2},
    {"PadV2", pad, 3},
    {"Pow", same_inputs, 2},
    {"Prod", reduction, 2},
    {"Range", range, 3},
    {"Rank", rank, 1},
    {"RealDiv", same_inputs, 2},
    {"Reciprocal", same_inputs, 1},
    {"Relu", same_inputs, 1},
    {"Relu6", same_inputs, 1},
    {"Reshape", reshape, 2},
    {"ResizeBicubic", resize_cubic, 2},
    {"ResizeBilinear", resize_linear, 2},
    {"ResizeNearestNeighbor", resize_nearest, 2},
    {"ReverseV2", reverse, 2},
    {"Rint", same_inputs, 1},
    {"Round", same_inputs, 1},
    {"Rsqrt", same_inputs, 1},
    {"Select", select, 3},
    {"SelectV2", same_inputs, 3},
    {"Selu", same_inputs, 1},
    {"Shape", shape, 1},
    {"Sigmoid", same_inputs, 1},
    {"Sign", same_inputs, 1},
    {"Sin", same_inputs, 1},
    {"Sinh", same_inputs, 1},
    {"Size", size, 1},
    {"Slice", slice, 3},
    {"Softmax", softmax, 1},
    {"Softplus", same_inputs, 1},
    {"Softsign", same_inputs, 1},
    {"SpaceToBatchND", space_to_batch, 3},
    {"SpaceToDepth", space_to_depth, 1},
    {"Split", split, 2},
    {"SplitV", split_v, 3},
    {"Sqrt", same_inputs, 1},
    {"Square", same_inputs, 1},
    {"SquaredDifference", same_inputs, 2},
    {"Squeeze", squeeze, 1},
    {"StridedSlice", strided_slice, 4},
    {"Sub", same_inputs, 2},
    {"Sum", reduction, 2},
    {"Tan", same_inputs, 1},
    {"Tanh", same_inputs, 1},
    {"Tile", tile, 2},
    {"TopK", top_k, 1, "values indices"},
    {"TopKV2", top_k, 2, "values indices"},
    {"Transpose", transpose, 2},
    {"TruncateMod", remainder, 2},
    {"Unpack", unpack, 1},
    {"Where", where, 1},
    {"ZerosLike", filled_like, 1},
};
static_assert(std::ranges::is_sorted(kRows, {}, &Row::op));

const Row* find(std::string_view op) {
  const auto row = std::ranges::lower_bound(kRows, op, {}, &Row::op);
  return row != std::end(kRows) && row->op == op ? &*row : nullptr;
}

}  // namespace

Outputs one(Result<ValueId> value) {
  if (!value.ok()) return std::move(value).error();
  return std::vector<ValueId>{*value};
}

std::int64_t Call::integer(std::string_view attribute, std::int64_t otherwise) const {
  const AttributeProto* a = node.find(attribute);
  return a && a->kind == AttributeKind::integer ? a->integer : otherwise;
}

double Call::real(std::string_view attribute, double otherwise) const {
  const AttributeProto* a = node.find(attribute);
  return a && a->kind == AttributeKind::real ? static_cast<double>(a->real) : otherwise;
}

bool Call::flag(std::string_view attribute, bool otherwise) const {
  const AttributeProto* a = node.find(attribute);
  return a && a->kind == AttributeKind::boolean ? a->integer != 0 : otherwise;
}

std::string Call::text(std::string_view attribute, std::string_view otherwise) const {
  const AttributeProto* a = node.find(attribute);
  return std::string(a && a->kind == AttributeKind::text ? a->text : otherwise);
}

DType Call::dtype(std::string_view attribute) const {
  const AttributeProto* a = node.find(attribute);
  return a && a->kind == AttributeKind::type ? dtype_of(a->integer) : DType::none;
}

Result<Numbers> Call::numbers(std::string_view attribute) const {
  const AttributeProto* a = node.find(attribute);
  if (!a || a->kind != AttributeKind::list) return Numbers();
  return integers_of(*a);
}

Result<Numbers> Call::known(std::size_t slot, std::string_view what) const {
  if (slot < in.size())
    if (auto found = build.numbers(in[slot])) return *std::move(found);
  return cannot(std::string(what) + " that are computed");
}

Result<std::int64_t> Call::known_one(std::size_t slot, std::string_view what) const {
  DLAS_ASSIGN(const Numbers found, known(slot, what));
  if (found.size() != 1) return cannot(fmt::format("{} {} for one", found.size(), what));
  return found[0];
}

Result<ValueId> Call::wide(std::size_t slot) {
  if (const auto found = build.numbers(in[slot])) return build.list(*found);
  return build.cast(in[slot], DType::i64);
}

Result<std::string> Call::layout() const {
  const std::string format = text("data_format", "NHWC");
  if (format == "NHWC" || format == "NDHWC") return std::string("NHWC");
  if (format == "NCHW" || format == "NCDHW") return std::string("NCHW");
  return cannot("data format " + format);
}

std::optional<std::size_t> output_of(std::string_view op, std::string_view argument) {
  const Row* row = find(op);
  if (!row || row->outputs.empty()) return 0;
  std::size_t place = 0;
  for (std::string_view rest = row->outputs; !rest.empty(); ++place) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    if (rest.substr(0, end) == argument) return place;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return std::nullopt;
}

std::vector<std::string_view> converted_operators() {
  std::vector<std::string_view> names;
  for (const Row& row : kRows) names.push_back(row.op);
  return names;
}

Outputs convert(Call& call) {
  const Row* row = find(call.node.op);
  if (!row) return cannot("an operator that dlas does not know");
  if (call.in.size() < row->inputs) return cannot("too few inputs");
  if (std::ranges::count(call.in, kNone) > 0) return cannot("an input that does not exist");
  return row->converter(call);
}

}  // namespace dlas::tensorflow
