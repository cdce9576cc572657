#include "model/format/tflite/convert.h"

#include <algorithm>
#include <array>

namespace dlas::tflite {
namespace {

// What an operator does with quantised tensors.
enum class Units {
  moved,     // stored integers go to other places
  computed,  // it has an integer kernel
  none,      // it would compute with stored integers as if they were numbers: refused
};

struct Row {
  std::string_view code;
  Converter converter;
  Units units;
};

// Sorted by code.
constexpr Row kRows[] = {
    {"ABS", same_inputs, Units::none},
    {"ADD", arithmetic, Units::computed},
    {"ADD_N", same_inputs, Units::none},
    {"ARG_MAX", arg_extreme, Units::moved},
    {"ARG_MIN", arg_extreme, Units::moved},
    {"ATAN2", same_inputs, Units::none},
    {"AVERAGE_POOL_2D", average_pool, Units::computed},
    {"BATCH_MATMUL", batch_mat_mul, Units::none},
    {"BATCH_TO_SPACE_ND", batch_to_space, Units::moved},
    {"BITCAST", bitcast, Units::none},
    {"BITWISE_XOR", same_inputs, Units::none},
    {"BROADCAST_TO", same_inputs, Units::moved},
    {"CAST", cast, Units::none},
    {"CEIL", same_inputs, Units::none},
    {"CONCATENATION", concatenation, Units::computed},
    {"CONV_2D", conv_2d, Units::computed},
    {"CONV_3D", conv_3d, Units::none},
    {"CONV_3D_TRANSPOSE", conv_3d_transpose, Units::none},
    {"COS", same_inputs, Units::none},
    {"CUMSUM", cumsum, Units::none},
    {"DEPTHWISE_CONV_2D", depthwise_conv_2d, Units::computed},
    {"DEPTH_TO_SPACE", depth_to_space, Units::moved},
    {"DEQUANTIZE", dequantize, Units::computed},
    {"DIV", arithmetic, Units::none},
    {"ELU", same_inputs, Units::none},
    {"EMBEDDING_LOOKUP", embedding_lookup, Units::none},
    {"EQUAL", same_inputs, Units::none},
    {"EXP", same_inputs, Units::none},
    {"EXPAND_DIMS", expand_dims, Units::moved},
    {"FILL", fill, Units::moved},
    {"FLOOR", same_inputs, Units::none},
    {"FLOOR_DIV", same_inputs, Units::none},
    {"FLOOR_MOD", same_inputs, Units::none},
    {"FULLY_CONNECTED", fully_connected, Units::computed},
    {"GATHER", gather, Units::moved},
    {"GATHER_ND", gather_nd, Units::moved},
    {"GELU", gelu, Units::none},
    {"GREATER", same_inputs, Units::none},
    {"GREATER_EQUAL", same_inputs, Units::none},
    {"HARD_SWISH", same_inputs, Units::computed},
    {"L2_NORMALIZATION", l2_normalization, Units::none},
    {"L2_POOL_2D", l2_pool, Units::none},
    {"LEAKY_RELU", leaky_relu, Units::computed},
    {"LESS", same_inputs, Units::none},
    {"LESS_EQUAL", same_inputs, Units::none},
    {"LOCAL_RESPONSE_NORMALIZATION", local_response, Units::none},
    {"LOG", same_inputs, Units::none},
    {"LOGICAL_AND", same_inputs, Units::none},
    {"LOGICAL_NOT", same_inputs, Units::none},
    {"LOGICAL_OR", same_inputs, Units::none},
    {"LOGISTIC", same_inputs, Units::computed},
    {"LOG_SOFTMAX", log_softmax, Units::none},
    {"MAXIMUM", same_inputs, Units::moved},
    {"MAX_POOL_2D", max_pool, Units::computed},
    {"MEAN", reduction, Units::computed},
    {"MINIMUM", same_inputs, Units::moved},
    {"MIRROR_PAD", mirror_pad, Units::moved},
    {"MUL", arithmetic, Units::computed},
    {"NEG", same_inputs, Units::none},
    {"NON_MAX_SUPPRESSION_V4", suppression_4, Units::none},
    {"NON_MAX_SUPPRESSION_V5", suppression_5, Units::none},
    {"NOT_EQUAL", same_inputs, Units::none},
    {"ONE_HOT", one_hot, Units::none},
    {"PACK", pack, Units::moved},
    {"PAD", pad, Units::moved},
    {"PADV2", pad, Units::moved},
    {"POW", same_inputs, Units::none},
    {"PRELU", same_inputs, Units::computed},
    {"QUANTIZE", quantize, Units::computed},
    {"RANGE", same_inputs, Units::none},
    {"RANK", rank, Units::moved},
    {"REDUCE_ALL", reduction, Units::none},
    {"REDUCE_ANY", reduction, Units::none},
    {"REDUCE_MAX", reduction, Units::moved},
    {"REDUCE_MIN", reduction, Units::moved},
    {"REDUCE_PROD", reduction, Units::none},
    {"RELU", same_inputs, Units::computed},
    {"RELU6", same_inputs, Units::computed},
    {"RELU_0_TO_1", relu_0_to_1, Units::none},
    {"RELU_N1_TO_1", same_inputs, Units::computed},
    {"RESHAPE", reshape, Units::moved},
    {"RESIZE_BILINEAR", resize_bilinear, Units::computed},
    {"RESIZE_NEAREST_NEIGHBOR", resize_nearest, Units::moved},
    {"REVERSE_SEQUENCE", reverse_sequence, Units::moved},
    {"REVERSE_V2", same_inputs, Units::moved},
    {"RIGHT_SHIFT", right_shift, Units::none},
    {"ROUND", same_inputs, Units::none},
    {"RSQRT", same_inputs, Units::none},
    {"SCATTER_ND", scatter_nd, Units::none},
    {"SELECT", select, Units::moved},
    {"SELECT_V2", same_inputs, Units::moved},
    {"SHAPE", shape, Units::moved},
    {"SIGN", same_inputs, Units::none},
    {"SIN", same_inputs, Units::none},
    {"SLICE", slice, Units::moved},
    {"SOFTMAX", softmax, Units::computed},
    {"SPACE_TO_BATCH_ND", space_to_batch, Units::moved},
    {"SPACE_TO_DEPTH", space_to_depth, Units::moved},
    {"SPLIT", split, Units::moved},
    {"SPLIT_V", split_v, Units::moved},
    {"SQRT", same_inputs, Units::none},
    {"SQUARE", same_inputs, Units::none},
    {"SQUARED_DIFFERENCE", same_inputs, Units::none},
    {"SQUEEZE", squeeze, Units::moved},
    {"STRIDED_SLICE", strided_slice, Units::moved},
    {"SUB", arithmetic, Units::computed},
    {"SUM", reduction, Units::computed},
    {"TANH", same_inputs, Units::computed},
    {"TILE", same_inputs, Units::moved},
    {"TOPK_V2", top_k, Units::moved},
    {"TRANSPOSE", transpose, Units::moved},
    {"TRANSPOSE_CONV", transpose_conv, Units::computed},
    {"UNPACK", unpack, Units::moved},
    {"WHERE", where, Units::none},
    {"ZEROS_LIKE", zeros_like, Units::none},
};
static_assert(std::ranges::is_sorted(kRows, {}, &Row::code));

// By the name that the file gives them. Sorted.
constexpr Row kCustomRows[] = {
    {"Convolution2DTransposeBias", transpose_conv_bias, Units::none},
    {"TFLite_Detection_PostProcess", detection_post_process, Units::computed},
    {"edgetpu-custom-op", edge_tpu, Units::computed},
};
static_assert(std::ranges::is_sorted(kCustomRows, {}, &Row::code));

const Row* find(std::span<const Row> rows, std::string_view code) {
  const auto row = std::ranges::lower_bound(rows, code, {}, &Row::code);
  return row != rows.end() && row->code == code ? &*row : nullptr;
}

bool any_quantized(const Draft& draft, const Build& build) {
  const auto is = [&](ValueId v) { return build.quantized(v); };
  return std::ranges::any_of(draft.in, is) || std::ranges::any_of(draft.out, is);
}

}  // namespace

Error cannot(std::string_view reason) { return make_error(Code::unsupported, "a form that dlas computes", reason); }

Result<NamedAttribute> activation(const Draft& draft, int field) {
  constexpr std::array<std::string_view, 6> kByNumber = {"none", "relu", "relu_n1_to_1", "relu6", "tanh", "sign_bit"};
  const auto number = static_cast<std::uint8_t>(draft.options().scalar<std::int8_t>(field, 0));
  if (number >= kByNumber.size()) return cannot("activation " + std::to_string(number));
  return NamedAttribute{"activation", std::string(kByNumber[number])};
}

Support support(std::string_view code) {
  const Row* row = find(kRows, code);
  if (!row) return Support::none;
  return row->units == Units::none ? Support::real : Support::quantized;
}

std::vector<std::string_view> custom_operators() {
  std::vector<std::string_view> names;
  for (const Row& row : kCustomRows)
    if (row.converter != edge_tpu) names.push_back(row.code);
  return names;
}

Status convert(const Draft& draft, Build& build) {
  const Row* row = draft.custom.empty() ? find(kRows, draft.code) : find(kCustomRows, draft.custom);
  if (!row) return cannot("an operator that dlas does not know");
  if (draft.out.empty() || draft.in.empty() || draft.in[0] == kNone) return cannot("no input or no output");
  if (row->units == Units::none && any_quantized(draft, build))
    return cannot("quantised tensors without an integer kernel");
  return row->converter(draft, build);
}

}  // namespace dlas::tflite
