// Attributes that became inputs.
#include <limits>

#include "model/format/onnx/adapt.h"

namespace dlas::onnx {
namespace {

ValueId integers(Build& build, const Draft& draft, std::string_view what, const std::vector<std::int64_t>& values) {
  return build.constant(draft.name + "/" + std::string(what), Tensor::of_i64(values));
}

// Moves a list of whole numbers from an attribute to an input, when it is there.
void to_input(Draft& draft, Build& build, std::string_view attribute, std::size_t slot) {
  if (!draft.find(attribute)) return;
  const ValueId value = integers(build, draft, attribute, draft.integers(attribute));
  draft.erase(attribute);
  draft.set_input(slot, value);
}

// A scalar of the type of the first input.
Result<ValueId> scalar(Draft& draft, Build& build, std::string_view what, double number) {
  const ValueId data = draft.input(0);
  const DType dtype = data == kNone ? DType::none : build.graph().value(data).type.dtype;
  const std::string name = draft.name + "/" + std::string(what);
  switch (dtype) {
    case DType::f64: return build.constant(name, Tensor::scalar<double>(number));
    case DType::f16: return build.constant(name, Tensor::scalar<Half>(Half(number)));
    case DType::f32:
    case DType::none: return build.constant(name, Tensor::scalar<float>(static_cast<float>(number)));
    default: break;
  }
  return make_error(Code::unsupported, "a float input for '" + std::string(what) + "'", std::string(text(dtype)));
}

Result<double> number_of(const Draft& draft, std::string_view attribute) {
  const AttributeValue* value = draft.find(attribute);
  if (const auto* number = std::get_if<double>(value)) return *number;
  return make_error(Code::type, "a float", kind(*value)).at_slot("attribute '" + std::string(attribute) + "'");
}

}  // namespace

// Clip below 11: min and max. Their old defaults are the type's extremes, which is what a missing input means.
Status clip_limits(Draft& draft, Build& build) {
  std::size_t slot = 1;
  for (const std::string_view limit : {"min", "max"}) {
    if (draft.find(limit)) {
      DLAS_ASSIGN(const double number, number_of(draft, limit));
      DLAS_ASSIGN(const ValueId value, scalar(draft, build, limit, number));
      draft.set_input(slot, value);
      draft.erase(limit);
    }
    ++slot;
  }
  return {};
}

Status reshape_shape(Draft& draft, Build& build) {
  draft.erase("consumed_inputs");
  to_input(draft, build, "shape", 1);
  return {};
}

Status slice_limits(Draft& draft, Build& build) {
  to_input(draft, build, "starts", 1);
  to_input(draft, build, "ends", 2);
  to_input(draft, build, "axes", 3);
  return {};
}

// Pad below 11 (below 2 the attribute is called paddings).
Status pad_pads(Draft& draft, Build& build) {
  to_input(draft, build, "pads", 1);
  to_input(draft, build, "paddings", 1);
  if (!draft.find("value")) return {};
  DLAS_ASSIGN(const double number, number_of(draft, "value"));
  DLAS_ASSIGN(const ValueId value, scalar(draft, build, "value", number));
  draft.set_input(2, value);
  draft.erase("value");
  return {};
}

Status axes_input(Draft& draft, Build& build) {
  to_input(draft, build, "axes", 1);
  return {};
}

// Split: without sizes, as many equal parts as outputs, which opset 18 says by num_outputs.
Status split_sizes(Draft& draft, Build& build) {
  to_input(draft, build, "split", 1);
  return {};
}

Status topk_k(Draft& draft, Build& build) {
  if (!draft.find("k")) return {};
  const std::int64_t k = draft.integer("k", 0);
  draft.erase("k");
  draft.set_input(1, integers(build, draft, "k", {k}));
  return {};
}

// Scatter of opset 9 became ScatterElements in 11.
Status scatter(Draft& draft, Build&) {
  draft.op_type = "ScatterElements";
  return {};
}

// Tile-1 takes one axis and its number of repeats as two inputs.
Status tile_repeats(Draft& draft, Build&) {
  if (draft.inputs.size() == 2) return {};
  return make_error(Code::unsupported, "Tile with repeats of every axis (opset 6)", "Tile of opset 1");
}

// Dropout below 12: only the ratio of training; at inference it copies.
Status dropout_inputs(Draft& draft, Build&) {
  draft.erase("consumed_inputs");
  draft.erase("is_test");
  draft.erase("ratio");
  return {};
}

}  // namespace dlas::onnx
