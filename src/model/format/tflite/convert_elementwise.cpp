// Operators element by element, along one axis, and between number types.
#include <algorithm>

#include "model/format/tflite/convert.h"

namespace dlas::tflite {
namespace {

struct Renamed {
  std::string_view code, op;
};

// Sorted by code; same inputs, no options that matter.
constexpr Renamed kRenamed[] = {
    {"ABS", "Abs"},
    {"ADD", "Add"},
    {"ADD_N", "Sum"},
    {"ATAN2", "Atan2"},
    {"BITWISE_XOR", "BitwiseXor"},
    {"BROADCAST_TO", "Expand"},
    {"CEIL", "Ceil"},
    {"COS", "Cos"},
    {"DIV", "Div"},
    {"ELU", "Elu"},
    {"EQUAL", "Equal"},
    {"EXP", "Exp"},
    {"FLOOR", "Floor"},
    {"FLOOR_DIV", "FloorDiv"},
    {"FLOOR_MOD", "Mod"},
    {"GREATER", "Greater"},
    {"GREATER_EQUAL", "GreaterOrEqual"},
    {"HARD_SWISH", "HardSwish"},
    {"LESS", "Less"},
    {"LESS_EQUAL", "LessOrEqual"},
    {"LOG", "Log"},
    {"LOGICAL_AND", "And"},
    {"LOGICAL_NOT", "Not"},
    {"LOGICAL_OR", "Or"},
    {"LOGISTIC", "Sigmoid"},
    {"MAXIMUM", "Max"},
    {"MEAN", "ReduceMean"},
    {"MINIMUM", "Min"},
    {"MUL", "Mul"},
    {"NEG", "Neg"},
    {"NOT_EQUAL", "NotEqual"},
    {"POW", "Pow"},
    {"PRELU", "PRelu"},
    {"RANGE", "Range"},
    {"REDUCE_ALL", "ReduceMin"},
    {"REDUCE_ANY", "ReduceMax"},
    {"REDUCE_MAX", "ReduceMax"},
    {"REDUCE_MIN", "ReduceMin"},
    {"REDUCE_PROD", "ReduceProd"},
    {"RELU", "Relu"},
    {"RELU6", "Relu6"},
    {"RELU_N1_TO_1", "ReluN1To1"},
    {"REVERSE_V2", "Reverse"},
    {"ROUND", "Round"},
    {"RSQRT", "Rsqrt"},
    {"SELECT_V2", "Where"},
    {"SIGN", "Sign"},
    {"SIN", "Sin"},
    {"SQRT", "Sqrt"},
    {"SQUARE", "Square"},
    {"SQUARED_DIFFERENCE", "SquaredDifference"},
    {"SUB", "Sub"},
    {"SUM", "ReduceSum"},
    {"TANH", "Tanh"},
    {"TILE", "Tile"},
};
static_assert(std::ranges::is_sorted(kRenamed, {}, &Renamed::code));

std::string_view op_of(std::string_view code) {
  const auto row = std::ranges::lower_bound(kRenamed, code, {}, &Renamed::code);
  return row != std::end(kRenamed) && row->code == code ? row->op : code;
}

// A scalar, or one number a channel.
ValueId numbers(const Draft& draft, Build& build, std::string_view name, const std::vector<double>& values,
                bool per_axis) {
  Tensor t = Tensor::make(DType::f32, per_axis ? Shape{static_cast<std::int64_t>(values.size())} : Shape{});
  std::ranges::transform(values, t.mutable_as<float>().begin(), [](double v) { return static_cast<float>(v); });
  return build.constant(draft, name, t);
}

// Of the dtype of the quantised value, 4 bits among them. The verifier has checked, or will refuse, their range.
ValueId zeros(const Draft& draft, Build& build, const dlas::Quantization& q, DType dtype) {
  const DType wide = dtype == DType::i4 ? DType::i8 : dtype == DType::u4 ? DType::u8 : dtype;
  Tensor t = Tensor::make(wide, q.per_axis() ? Shape{static_cast<std::int64_t>(q.zero_points.size())} : Shape{});
  for_int(wide, [&]<typename T>() {
    std::ranges::transform(q.zero_points, t.mutable_as<T>().begin(), [](std::int64_t z) { return static_cast<T>(z); });
  });
  return build.constant(draft, "zero_point", wide == dtype ? t : t.packed(dtype));
}

AttributeList axis_of(const dlas::Quantization& q) {
  if (!q.per_axis()) return {};
  return {{"axis", static_cast<std::int64_t>(q.axis)}};
}

}  // namespace

Status arithmetic(const Draft& draft, Build& build) {
  DLAS_ASSIGN(const NamedAttribute fused, activation(draft, 0));
  return build.finish(draft, op_of(draft.code), {fused}, draft.in);
}

Status same_inputs(const Draft& draft, Build& build) { return build.finish(draft, op_of(draft.code), {}, draft.in); }

Status softmax(const Draft& draft, Build& build) {
  const auto beta = static_cast<double>(draft.options().scalar<float>(0, 0));
  return build.finish(draft, "Softmax", {{"axis", std::int64_t{-1}}, {"beta", beta}}, {draft.in[0]});
}

Status log_softmax(const Draft& draft, Build& build) {
  return build.finish(draft, "LogSoftmax", {{"axis", std::int64_t{-1}}}, {draft.in[0]});
}

Status leaky_relu(const Draft& draft, Build& build) {
  const auto alpha = static_cast<double>(draft.options().scalar<float>(0, 0));
  return build.finish(draft, "LeakyRelu", {{"alpha", alpha}}, {draft.in[0]});
}

Status relu_0_to_1(const Draft& draft, Build& build) {
  const ValueId low = build.constant(draft, "low", Tensor::scalar(0.0F));
  const ValueId high = build.constant(draft, "high", Tensor::scalar(1.0F));
  return build.finish(draft, "Clip", {}, {draft.in[0], low, high});
}

Status gelu(const Draft& draft, Build& build) {
  const bool approximate = draft.options().scalar<std::uint8_t>(0, 0) != 0;
  return build.finish(draft, "Gelu", {{"approximate", std::string(approximate ? "tanh" : "none")}}, {draft.in[0]});
}

Status cast(const Draft& draft, Build& build) {
  return build.finish(draft, "Cast", {{"to", build.type(draft.out[0]).dtype}}, {draft.in[0]});
}

// Float to units, or units of one scale to units of another.
Status quantize(const Draft& draft, Build& build) {
  if (!build.quantized(draft.out[0])) return cannot("an output without a scale");
  if (build.quantized(draft.in[0]))
    return build.finish(draft, "Requantize", {{"to", build.type(draft.out[0]).dtype}}, {draft.in[0]});
  const dlas::Quantization& q = *build.type(draft.out[0]).quantization;
  return build.finish(draft, "QuantizeLinear", axis_of(q),
                      {draft.in[0], numbers(draft, build, "scale", q.scales, q.per_axis()),
                       zeros(draft, build, q, build.type(draft.out[0]).dtype)});
}

// Units to float; float16 constants to float32.
Status dequantize(const Draft& draft, Build& build) {
  if (is_float(build.type(draft.in[0]).dtype)) return cast(draft, build);
  if (!build.quantized(draft.in[0])) return cannot("an input without a scale");
  const dlas::Quantization& q = *build.type(draft.in[0]).quantization;
  return build.finish(draft, "DequantizeLinear", axis_of(q),
                      {draft.in[0], numbers(draft, build, "scale", q.scales, q.per_axis()),
                       zeros(draft, build, q, build.type(draft.in[0]).dtype)});
}

Status reduction(const Draft& draft, Build& build) {
  const auto axes = draft.in.size() > 1 ? build.integers(draft.in[1]) : std::nullopt;
  if (!axes) return cannot("axes that are computed");
  const std::int64_t keep = draft.options().scalar<std::uint8_t>(0, 0) != 0 ? 1 : 0;
  return build.finish(draft, op_of(draft.code), {{"keepdims", keep}},
                      {draft.in[0], build.list(draft, "axes", *axes, draft.in[1])});
}

Status arg_extreme(const Draft& draft, Build& build) {
  const auto axis = draft.in.size() > 1 ? build.integers(draft.in[1]) : std::nullopt;
  if (!axis || axis->size() != 1) return cannot("an axis that is computed");
  const std::string_view op = draft.code == "ARG_MAX" ? "ArgMax" : "ArgMin";
  const AttributeList attributes = {{"axis", (*axis)[0]}, {"keepdims", std::int64_t{0}}};
  if (build.type(draft.out[0]).dtype == DType::i64) return build.finish(draft, op, attributes, {draft.in[0]});
  DLAS_ASSIGN(const ValueId found, build.before(draft, op, attributes, {draft.in[0]}, kNone));
  return build.finish(draft, "Cast", {{"to", build.type(draft.out[0]).dtype}}, {found});
}

Status batch_mat_mul(const Draft& draft, Build& build) {
  const bool x = draft.options().scalar<std::uint8_t>(0, 0) != 0, y = draft.options().scalar<std::uint8_t>(1, 0) != 0;
  return build.finish(draft, "MatMul", {{"adj_x", x}, {"adj_y", y}}, draft.in);
}

// x / sqrt(max(sum of x^2, 1e-6)) along the last axis, as LiteRT has it; ONNX's LpNormalization has no lower limit.
Status l2_normalization(const Draft& draft, Build& build) {
  if (draft.options().scalar<std::int8_t>(0, 0) != 0) return cannot("a fused activation");
  const ValueId x = draft.in[0];
  const ValueId axes = build.list(draft, "axes", {-1});
  DLAS_ASSIGN(const ValueId squares, build.before(draft, "Square", {}, {x}, x));
  DLAS_ASSIGN(const ValueId sums,
              build.before(draft, "ReduceSum", {{"keepdims", std::int64_t{1}}}, {squares, axes}, x));
  const ValueId least = build.constant(draft, "least", Tensor::scalar(1e-6F));
  DLAS_ASSIGN(const ValueId limited, build.before(draft, "Max", {}, {sums, least}, x));
  DLAS_ASSIGN(const ValueId factor, build.before(draft, "Rsqrt", {}, {limited}, x));
  return build.finish(draft, "Mul", {}, {x, factor});
}

}  // namespace dlas::tflite
