// Operators of ONNX Runtime's own domain (com.microsoft, version 1) for quantised tensors. Where ONNX Runtime computes in
// float between one dequantisation and one quantisation, these and the operator of floats take the place of the node;
// the others have an operator of their own in model/op, whose head says how it rounds.
// Source: ContribOperators.md and the schemas of ONNX Runtime 1.32.
#include <fmt/format.h>

#include "model/format/onnx/adapt.h"
#include "model/format/onnx/contrib.h"

namespace dlas::onnx {
namespace {

std::string bare_name(const Draft& draft) { return draft.op_type.substr(draft.op_type.rfind('.') + 1); }

Status too_few(const Draft& draft, std::size_t wanted) {
  if (draft.inputs.size() >= wanted) return {};
  return make_error(Code::type, fmt::format("at least {} inputs", wanted), fmt::format("{}", draft.inputs.size()));
}

ValueId dequantized(const Draft& draft, Build& build, ValueId x, ValueId scale, ValueId zero, std::string_view name) {
  std::vector<ValueId> inputs{x, scale};
  if (zero != kNone) inputs.push_back(zero);
  return build.emit("DequantizeLinear", {}, std::move(inputs), part(draft, name));
}

// The node itself becomes the quantisation of `y`. Without a zero point the type is that of `like`.
void become_quantization(Draft& draft, Build& build, ValueId y, ValueId scale, ValueId zero, ValueId like) {
  rename(draft, "QuantizeLinear");
  draft.attributes.clear();
  draft.inputs = {y, scale};
  if (zero != kNone) return draft.inputs.push_back(zero);
  if (like != kNone && build.graph().value(like).type.dtype != DType::none)
    draft.set("output_dtype", build.graph().value(like).type.dtype);
}

// x, its scale and zero point, those of the result -> Dequantize, `op`, Quantize.
Status around(Draft& draft, Build& build, std::string op, AttributeList list, std::vector<ValueId> more = {}) {
  const ValueId x = draft.input(0), scale = draft.input(3), zero = draft.input(4);
  std::vector<ValueId> inputs{dequantized(draft, build, x, draft.input(1), draft.input(2), "x")};
  inputs.insert(inputs.end(), more.begin(), more.end());
  const ValueId y = build.emit(std::move(op), std::move(list), std::move(inputs), draft);
  become_quantization(draft, build, y, scale, zero, x);
  return {};
}

}  // namespace

// The same operator, under the name that it has here.
Status own_operator(Draft& draft, Build&) {
  take_layout(draft);
  return rename(draft, bare_name(draft)), Status();
}

Status linear_sigmoid(Draft& draft, Build& build) {
  DLAS_TRY(too_few(draft, 4));
  return around(draft, build, "Sigmoid", {});
}

Status linear_leaky_relu(Draft& draft, Build& build) {
  DLAS_TRY(too_few(draft, 4));
  return around(draft, build, "LeakyRelu", {{"alpha", number(draft, "alpha", 0.01F)}});
}

Status linear_reduce_mean(Draft& draft, Build& build) {
  DLAS_TRY(too_few(draft, 4));
  std::vector<ValueId> axes;
  if (draft.find("axes")) axes.push_back(build.constant(draft.name + "/axes", Tensor::of_i64(draft.integers("axes"))));
  return around(draft, build, "ReduceMean", {{"keepdims", draft.integer("keepdims", 1)}}, axes);
}

// y_scale, y_zero, then tensor, scale and zero point of each input.
Status linear_concat(Draft& draft, Build& build) {
  DLAS_TRY(too_few(draft, 5));
  if ((draft.inputs.size() - 2) % 3 != 0)
    return make_error(Code::type, "a scale and a zero point beside each input",
                      fmt::format("{} inputs", draft.inputs.size()));
  if (!build.spend(draft.inputs.size() / 3)) return make_error(Code::unsupported, "nodes within the limit", "more");
  std::vector<ValueId> parts;
  for (std::size_t i = 2; i < draft.inputs.size(); i += 3)
    parts.push_back(dequantized(draft, build, draft.inputs[i], draft.inputs[i + 1], draft.inputs[i + 2],
                                fmt::format("{}", (i - 2) / 3)));
  const ValueId scale = draft.inputs[0], zero = draft.inputs[1], first = draft.inputs[2];
  const ValueId y = build.emit("Concat", {{"axis", draft.integer("axis", 0)}}, std::move(parts), draft);
  become_quantization(draft, build, y, scale, zero, first);
  return {};
}

// condition, x with its units, y with its, those of the result.
Status linear_where(Draft& draft, Build& build) {
  DLAS_TRY(too_few(draft, 8));
  const ValueId first = draft.input(1), scale = draft.input(7), zero = draft.input(8);
  const ValueId x = dequantized(draft, build, first, draft.input(2), draft.input(3), "x");
  const ValueId y = dequantized(draft, build, draft.input(4), draft.input(5), draft.input(6), "y");
  const ValueId z = build.emit("Where", {}, {draft.input(0), x, y}, draft);
  become_quantization(draft, build, z, scale, zero, first);
  return {};
}

// Since 13 one axis is a row; before, all axes from `axis` on.
Status linear_softmax(Draft& draft, Build&) {
  const bool old = draft.integer("opset", 13) < 13;
  draft.erase("opset");
  draft.set("axis", draft.integer("axis", old ? 1 : -1));
  if (old) draft.set("flatten", std::int64_t{1});
  return rename(draft, "QLinearSoftmax"), Status();
}

namespace {

// Cast(sums) * scale + bias, the last of which is the node itself.
Status scaled(Draft& draft, Build& build, ValueId sums, ValueId scale, ValueId bias) {
  const ValueId real = build.emit("Cast", {{"to", DType::f32}}, {sums}, draft);
  draft.attributes.clear();
  draft.inputs = {real, scale};
  if (bias == kNone) return rename(draft, "Mul"), Status();
  draft.inputs = {build.emit("Mul", {}, {real, scale}, draft), bias};
  return rename(draft, "Add"), Status();
}

}  // namespace

// A, B, a_scale, b_scale, a_zero, b_zero, bias: A of integers.
Status mat_mul_integer_to_float(Draft& draft, Build& build) {
  DLAS_TRY(too_few(draft, 4));
  const ValueId bias = draft.input(6);
  const ValueId sums =
      build.emit("MatMulInteger", {}, {draft.input(0), draft.input(1), draft.input(4), draft.input(5)}, draft);
  const ValueId scale = build.emit("Mul", {}, {draft.input(2), draft.input(3)}, part(draft, "scale"));
  return scaled(draft, build, sums, scale, bias);
}

// A, B, b_scale, b_zero, bias: A of floats, quantised here.
Status dynamic_quantize_mat_mul(Draft& draft, Build& build) {
  DLAS_TRY(too_few(draft, 3));
  const ValueId bias = draft.input(4);
  Draft quantize = part(draft, "A");
  quantize.op_type = "DynamicQuantizeLinear";
  quantize.opset = kNewestOpset;
  quantize.inputs = {draft.input(0)};
  for (const std::string_view name : {"units", "scale", "zero_point"}) {
    Value value;
    value.name = quantize.name + "/" + std::string(name);
    quantize.outputs.push_back(build.graph().add_value(std::move(value)));
  }
  const std::vector<ValueId> a = quantize.outputs;
  build.add(std::move(quantize));
  const ValueId sums = build.emit("MatMulInteger", {}, {a[0], draft.input(1), a[2], draft.input(3)}, draft);
  const ValueId scale = build.emit("Mul", {}, {a[1], draft.input(2)}, part(draft, "scale"));
  return scaled(draft, build, sums, scale, bias);
}

}  // namespace dlas::onnx
