// Normalisation and resampling of old opsets.
#include "model/format/onnx/adapt.h"

namespace dlas::onnx {

// Below 9: spatial=0 keeps a mean for each element; below 7: is_test=0 meant training; extra outputs are training's.
Status batch_normalization(Draft& draft, Build&) {
  draft.erase("consumed_inputs");
  if (draft.integer("spatial", 1) == 0)
    return make_error(Code::unsupported, "one mean a channel", "BatchNormalization with spatial=0");
  draft.erase("spatial");
  draft.erase("is_test");
  const std::size_t named = draft.outputs.size();
  if (draft.opset < 14 && named > 1) {
    for (std::size_t i = 1; i < named; ++i)
      if (draft.outputs[i] != kNone)
        return make_error(Code::unsupported, "BatchNormalization of inference", "outputs of training");
  }
  return {};
}

// GroupNormalization-18 has one scale and bias a group, 21 one a channel.
Status group_normalization(Draft&, Build&) {
  return make_error(Code::unsupported, "GroupNormalization of opset 21", "that of opset 18, with a scale a group");
}

// Upsample-7 (scales as attribute) and -9 (as input) -> Resize with the coordinates they used.
Status upsample(Draft& draft, Build& build) {
  if (const AttributeValue* scales = draft.find("scales")) {
    const auto* list = std::get_if<std::vector<double>>(scales);
    if (!list) return make_error(Code::type, "a list of floats", kind(*scales)).at_slot("attribute 'scales'");
    const std::vector<float> narrow(list->begin(), list->end());
    draft.set_input(1,
                    build.constant(draft.name + "/scales", Tensor::of<float>({static_cast<std::int64_t>(narrow.size())},
                                                                             std::span<const float>(narrow))));
    draft.erase("scales");
  }
  if (draft.input(1) == kNone) return make_error(Code::unsupported, "Upsample with scales (opset 7)", "an older form");
  draft.op_type = "Resize";
  return resize_scales(draft, build);
}

// Resize-10: input and scales; source coordinate = target / scale, rounded down for nearest.
Status resize_scales(Draft& draft, Build&) {
  const ValueId scales = draft.input(1);
  draft.inputs = {draft.input(0), kNone, scales};
  draft.set("coordinate_transformation_mode", std::string("asymmetric"));
  draft.set("nearest_mode", std::string("floor"));
  if (const AttributeValue* mode = draft.find("mode"))
    if (const auto* name = std::get_if<std::string>(mode); name && *name == "bilinear")
      draft.set("mode", std::string("linear"));
  return {};
}

}  // namespace dlas::onnx
