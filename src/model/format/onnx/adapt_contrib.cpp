// Operators of ONNX Runtime's own domain (com.microsoft, version 1) that its optimiser writes for networks of floats:
// several nodes of ONNX take the place of a fused one, so that a file before and after the optimiser can be compared.
// Source: ContribOperators.md and the schemas of ONNX Runtime 1.32.
#include <array>

#include "model/format/onnx/adapt.h"
#include "model/format/onnx/contrib.h"

namespace dlas::onnx {

void rename(Draft& draft, std::string_view op_type) { draft.op_type = op_type; }

void take_layout(Draft& draft) {
  if (draft.integer("channels_last", 0) != 0) draft.set("layout", std::string("NHWC"));
  draft.erase("channels_last");
}

double number(const Draft& draft, std::string_view attribute, double otherwise) {
  const AttributeValue* value = draft.find(attribute);
  const auto* found = value ? std::get_if<double>(value) : nullptr;
  return found ? *found : otherwise;
}

Draft part(const Draft& draft, std::string_view name) {
  Draft out;
  out.name = draft.name + "/" + std::string(name);
  out.origin = draft.origin;
  return out;
}

namespace {

// Moves attributes from the fused node to the one of ONNX that gets most of them.
AttributeList taken(Draft& draft, std::initializer_list<std::string_view> names) {
  AttributeList list;
  for (const std::string_view name : names) {
    if (const AttributeValue* value = draft.find(name)) list.push_back({std::string(name), *value});
    draft.erase(name);
  }
  return list;
}

DType dtype_of(const Draft& draft, Build& build, std::size_t slot) {
  return draft.input(slot) == kNone ? DType::none : build.graph().value(draft.input(slot)).type.dtype;
}

// One number of the type of input 0, which is float32 when it is not known.
ValueId constant_like(Draft& draft, Build& build, std::string_view what, double value) {
  const std::string name = draft.name + "/" + std::string(what);
  switch (dtype_of(draft, build, 0)) {
    case DType::f16: return build.constant(name, Tensor::scalar<Half>(Half(value)));
    case DType::f64: return build.constant(name, Tensor::scalar<double>(value));
    default: return build.constant(name, Tensor::scalar<float>(static_cast<float>(value)));
  }
}

struct Function {
  std::string_view name;                            // as in `activation`
  std::array<std::string_view, 2> parameters = {};  // what the numbers in `activation_params` are
};
constexpr auto kFunctions = std::to_array<Function>({{"Relu"},
                                                     {"Sigmoid"},
                                                     {"Tanh"},
                                                     {"LeakyRelu", {"alpha"}},
                                                     {"HardSigmoid", {"alpha", "beta"}},
                                                     {"Clip", {"min", "max"}}});

// The last node of a fused one becomes its activation; without one a copy.
Status become_activation(Draft& draft, Build& build, ValueId input, std::string_view name,
                         const std::vector<double>& parameters) {
  draft.attributes.clear();
  draft.inputs = {input};
  if (name.empty()) return rename(draft, "Identity"), Status();
  for (const Function& f : kFunctions) {
    if (f.name != name) continue;
    rename(draft, name);
    for (std::size_t i = 0; i < f.parameters.size() && i < parameters.size() && !f.parameters[i].empty(); ++i)
      if (name == "Clip") draft.set_input(1 + i, constant_like(draft, build, f.parameters[i], parameters[i]));
      else draft.set(f.parameters[i], parameters[i]);
    return {};
  }
  return make_error(Code::unsupported, "an activation that ONNX Runtime fuses", "'" + std::string(name) + "'");
}

std::string text_of(const Draft& draft, std::string_view attribute) {
  const AttributeValue* value = draft.find(attribute);
  const auto* found = value ? std::get_if<std::string>(value) : nullptr;
  return found ? *found : std::string();
}

Status known_activation(std::string_view name) {
  for (const Function& f : kFunctions)
    if (f.name == name) return {};
  return name.empty()
             ? Status()
             : make_error(Code::unsupported, "an activation that ONNX Runtime fuses", "'" + std::string(name) + "'");
}

}  // namespace

// act(Conv(X, W, B) + Z)
Status fused_conv(Draft& draft, Build& build) {
  const std::string function = text_of(draft, "activation");
  DLAS_TRY(known_activation(function));
  std::vector<double> parameters;
  if (const AttributeValue* value = draft.find("activation_params"))
    if (const auto* list = std::get_if<std::vector<double>>(value)) parameters = *list;
  take_layout(draft);
  AttributeList window = taken(draft, {"auto_pad", "dilations", "group", "kernel_shape", "pads", "strides", "layout"});
  const ValueId z = draft.input(3);
  ValueId y = build.emit("Conv", std::move(window), {draft.input(0), draft.input(1), draft.input(2)}, draft);
  if (z != kNone) y = build.emit("Add", {}, {y, z}, draft);
  return become_activation(draft, build, y, function, parameters);
}

// act(Gemm(A, B, C))
Status fused_gemm(Draft& draft, Build& build) {
  const std::string function = text_of(draft, "activation");
  DLAS_TRY(known_activation(function));
  std::vector<double> parameters;
  for (const std::string_view name : {"activation_alpha", "activation_beta"})
    if (draft.find(name)) parameters.push_back(number(draft, name, 0));
  AttributeList product = taken(draft, {"alpha", "beta", "transA", "transB"});
  const ValueId y = build.emit("Gemm", std::move(product), draft.inputs, draft);
  return become_activation(draft, build, y, function, parameters);
}

// alpha A' B'
Status fused_mat_mul(Draft& draft, Build& build) {
  if (draft.integer("transBatchA", 0) != 0 || draft.integer("transBatchB", 0) != 0)
    return make_error(Code::unsupported, "FusedMatMul of matrices in the last two axes", "transBatchA or transBatchB");
  const double alpha = number(draft, "alpha", 1);
  AttributeList product{{"adj_x", draft.integer("transA", 0)}, {"adj_y", draft.integer("transB", 0)}};
  if (alpha == 1) {
    draft.attributes = std::move(product);
    return rename(draft, "MatMul"), Status();
  }
  const ValueId y = build.emit("MatMul", std::move(product), draft.inputs, draft);
  draft.attributes.clear();
  draft.inputs = {y, constant_like(draft, build, "alpha", alpha)};
  return rename(draft, "Mul"), Status();
}

Status plain_gelu(Draft& draft, Build&) { return rename(draft, "Gelu"), Status(); }

// Gelu(A + B); FastGelu takes the form with tanh and may lack B.
Status bias_gelu(Draft& draft, Build& build) {
  if (draft.input(1) != kNone) draft.inputs = {build.emit("Add", {}, draft.inputs, draft)};
  return plain_gelu(draft, build);
}
Status fast_gelu(Draft& draft, Build& build) {
  draft.set("approximate", std::string("tanh"));
  return bias_gelu(draft, build);
}

Status quick_gelu(Draft& draft, Build&) {
  draft.set("alpha", number(draft, "alpha", 1.702F));
  return rename(draft, "Swish"), Status();
}

// LayerNormalization(input + skip + bias) of the last axis: input, skip, gamma, beta, bias; the simplified form has no
// beta. Output 3 is the sum.
Status skip_layer_normalization(Draft& draft, Build& build) {
  for (const std::size_t training : {1, 2})
    if (training < draft.outputs.size() && draft.outputs[training] != kNone)
      return make_error(Code::unsupported, "SkipLayerNormalization of inference", "outputs of training");
  Draft sum = part(draft, "Add");
  sum.op_type = "Add";
  sum.opset = kNewestOpset;
  sum.inputs = {draft.input(0), draft.input(1)};
  const bool simplified = draft.op_type.find("Simplified") != std::string::npos;
  if (const ValueId bias = draft.input(simplified ? 3 : 4); bias != kNone)
    sum.inputs = {build.emit("Add", {}, sum.inputs, draft), bias};
  ValueId y = kNone;
  if (draft.outputs.size() > 3 && draft.outputs[3] != kNone) {
    y = draft.outputs[3];
    sum.outputs = {y};
    build.add(std::move(sum));
  } else {
    y = build.emit("Add", {}, sum.inputs, sum);
  }
  AttributeList list{{"axis", std::int64_t{-1}}, {"epsilon", number(draft, "epsilon", 1e-12)}};
  draft.attributes = std::move(list);
  draft.inputs = {y, draft.input(2), simplified ? kNone : draft.input(3)};
  draft.outputs.resize(1);
  return rename(draft, simplified ? "RMSNormalization" : "LayerNormalization"), Status();
}

// ONNX Runtime's name, in the standard domain, for what ONNX 23 calls RMSNormalization.
Status simplified_layer_normalization(Draft& draft, Build&) { return rename(draft, "RMSNormalization"), Status(); }

Status nhwc_conv(Draft& draft, Build&) {
  draft.set("layout", std::string("NHWC"));
  return rename(draft, "Conv"), Status();
}
Status nhwc_max_pool(Draft& draft, Build&) {
  draft.set("layout", std::string("NHWC"));
  return rename(draft, "MaxPool"), Status();
}

Status contrib_grid_sample(Draft& draft, Build&) {
  const std::string mode = text_of(draft, "mode");
  if (mode == "bilinear") draft.set("mode", std::string("linear"));
  if (mode == "bicubic") draft.set("mode", std::string("cubic"));
  return rename(draft, "GridSample"), Status();
}

}  // namespace dlas::onnx
