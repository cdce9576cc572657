// Operators on NHWC pictures. Field numbers are those of the operators' option tables.
#include <array>
#include <cstring>

#include "model/format/tflite/convert.h"

namespace dlas::tflite {
namespace {

Result<std::string> auto_pad(const Draft& draft, int field) {
  const auto padding = draft.options().scalar<std::int8_t>(field, 0);
  if (padding != 0 && padding != 1) return cannot("padding " + std::to_string(padding));
  return std::string(padding == 0 ? "SAME_UPPER" : "VALID");
}

// Two numbers that the schema stores width first.
std::vector<std::int64_t> pair(const Draft& draft, int width, std::int32_t absent) {
  return {draft.options().scalar<std::int32_t>(width + 1, absent), draft.options().scalar<std::int32_t>(width, absent)};
}

std::int64_t known_dim(const Build& build, ValueId value, std::size_t axis) {
  const Type& type = build.type(value);
  if (!type.ranked() || axis >= type.rank() || !type.dim(axis).known()) return 0;
  return type.dim(axis).size();
}

void label(Build& build, ValueId value) {
  Type& type = build.graph().value(value).type;
  if (type.ranked() && type.rank() == 4) type.axes = "NHWC";
}

Status convolution(const Draft& draft, Build& build, int activation_field, int dilation, std::int64_t group,
                   std::string filter) {
  if (draft.in.size() < 2 || draft.in[1] == kNone) return cannot("no weights");
  DLAS_ASSIGN(const NamedAttribute fused, activation(draft, activation_field));
  DLAS_ASSIGN(std::string padding, auto_pad(draft, 0));
  label(build, draft.in[0]);
  label(build, draft.out[0]);
  return build.finish(draft, "Conv",
                      {{"auto_pad", std::move(padding)},
                       {"strides", pair(draft, 1, 0)},
                       {"dilations", pair(draft, dilation, 1)},
                       {"group", group},
                       {"layout", std::string("NHWC")},
                       {"filter", std::move(filter)},
                       fused},
                      draft.in);
}

Status pool(const Draft& draft, Build& build, std::string_view op) {
  DLAS_ASSIGN(const NamedAttribute fused, activation(draft, 5));
  DLAS_ASSIGN(std::string padding, auto_pad(draft, 0));
  label(build, draft.in[0]);
  label(build, draft.out[0]);
  return build.finish(draft, op,
                      {{"auto_pad", std::move(padding)},
                       {"kernel_shape", pair(draft, 3, 0)},
                       {"strides", pair(draft, 1, 0)},
                       {"layout", std::string("NHWC")},
                       fused},
                      {draft.in[0]});
}

Status resize(const Draft& draft, Build& build, AttributeList attributes) {
  if (draft.in.size() < 2 || draft.in[1] == kNone) return cannot("no size");
  attributes.push_back({"axes", std::vector<std::int64_t>{1, 2}});
  const auto size = build.integers(draft.in[1]);
  ValueId sizes = kNone;
  if (size) {
    sizes = build.list(draft, "sizes", *size, draft.in[1]);
  } else {
    DLAS_ASSIGN(sizes, build.before(draft, "Cast", {{"to", DType::i64}}, {draft.in[1]}, kNone));
  }
  label(build, draft.in[0]);
  label(build, draft.out[0]);
  return build.finish(draft, "Resize", std::move(attributes), {draft.in[0], kNone, kNone, sizes});
}

}  // namespace

// Layout NDHWC, filter DHWIO. The option table has depth, width, height in this order.
Status conv_3d(const Draft& draft, Build& build) {
  if (draft.in.size() < 2 || draft.in[1] == kNone) return cannot("no weights");
  DLAS_ASSIGN(const NamedAttribute fused, activation(draft, 4));
  DLAS_ASSIGN(std::string padding, auto_pad(draft, 0));
  const auto three = [&](int depth, std::int32_t absent) {
    const auto at = [&](int field) -> std::int64_t { return draft.options().scalar<std::int32_t>(field, absent); };
    return std::vector<std::int64_t>{at(depth), at(depth + 2), at(depth + 1)};
  };
  return build.finish(draft, "Conv",
                      {{"auto_pad", std::move(padding)},
                       {"strides", three(1, 0)},
                       {"dilations", three(5, 1)},
                       {"layout", std::string("NHWC")},
                       {"filter", std::string("HWIO")},
                       fused},
                      draft.in);
}

// Inputs: output shape, weights [depth, height, width, out, in], x, bias.
Status conv_3d_transpose(const Draft& draft, Build& build) {
  if (draft.in.size() < 3 || draft.in[1] == kNone || draft.in[2] == kNone) return cannot("too few inputs");
  const auto shape = build.integers(draft.in[0]);
  if (!shape || shape->size() != 5) return cannot("an output shape that is computed");
  DLAS_ASSIGN(const NamedAttribute fused, activation(draft, 4));
  DLAS_ASSIGN(std::string padding, auto_pad(draft, 0));
  const auto at = [&](int field) -> std::int64_t { return draft.options().scalar<std::int32_t>(field, 1); };
  DLAS_ASSIGN(const ValueId weights,
              build.before(draft, "Transpose", {{"perm", std::vector<std::int64_t>{4, 3, 0, 1, 2}}}, {draft.in[1]},
                           draft.in[1]));
  return build.finish(draft, "ConvTranspose",
                      {{"auto_pad", std::move(padding)},
                       {"strides", std::vector<std::int64_t>{at(1), at(3), at(2)}},
                       {"dilations", std::vector<std::int64_t>{at(5), at(7), at(6)}},
                       {"output_shape", std::vector<std::int64_t>(shape->begin() + 1, shape->begin() + 4)},
                       {"layout", std::string("NHWC")},
                       {"filter", std::string("IOHW")},
                       fused},
                      {draft.in[2], weights, draft.in.size() > 3 ? draft.in[3] : kNone});
}

Status conv_2d(const Draft& draft, Build& build) {
  const std::int64_t in = known_dim(build, draft.in[0], 3);
  const std::int64_t of_group = draft.in.size() > 1 && draft.in[1] != kNone ? known_dim(build, draft.in[1], 3) : 0;
  const std::int64_t group = in > 0 && of_group > 0 ? std::max<std::int64_t>(in / of_group, 1) : 1;
  return convolution(draft, build, 3, 4, group, "OHWI");
}

Status depthwise_conv_2d(const Draft& draft, Build& build) {
  std::int64_t group = known_dim(build, draft.in[0], 3);
  const auto multiplier = draft.options().scalar<std::int32_t>(3, 0);
  if (group == 0 && multiplier > 0 && draft.in.size() > 1 && draft.in[1] != kNone)
    group = known_dim(build, draft.in[1], 3) / multiplier;
  return convolution(draft, build, 4, 5, group, "IHWO");
}

// Inputs: output shape, weights [out, height, width, in], x, bias. The output shape is the declared one.
Status transpose_conv(const Draft& draft, Build& build) {
  if (draft.in.size() < 3 || draft.in[1] == kNone || draft.in[2] == kNone) return cannot("too few inputs");
  const auto shape = build.integers(draft.in[0]);
  if (!shape || shape->size() != 4) return cannot("an output shape that is computed");
  DLAS_ASSIGN(const NamedAttribute fused, activation(draft, 3));
  DLAS_ASSIGN(std::string padding, auto_pad(draft, 0));
  label(build, draft.in[2]);
  label(build, draft.out[0]);
  return build.finish(draft, "ConvTranspose",
                      {{"auto_pad", std::move(padding)},
                       {"strides", pair(draft, 1, 0)},
                       {"output_shape", std::vector<std::int64_t>{(*shape)[1], (*shape)[2]}},
                       {"layout", std::string("NHWC")},
                       {"filter", std::string("OHWI")},
                       fused},
                      {draft.in[2], draft.in[1], draft.in.size() > 3 ? draft.in[3] : kNone});
}

// MediaPipe's Convolution2DTransposeBias: x, weights [out, height, width, in], bias. The options are the start of
// TfLiteTransposeConvParams as its compiler lays it out: padding (1 same, 2 valid), stride in width, in height. With
// SAME the output is stride times the input.
Status transpose_conv_bias(const Draft& draft, Build& build) {
  if (draft.in.size() < 2 || draft.in[1] == kNone) return cannot("no weights");
  const auto options = build.custom_options(draft);
  std::array<std::int32_t, 3> fields{};
  if (options.size() < sizeof fields) return cannot("options shorter than padding and strides");
  std::memcpy(fields.data(), options.data(), sizeof fields);
  if (fields[0] != 1 && fields[0] != 2) return cannot("padding " + std::to_string(fields[0]));
  label(build, draft.in[0]);
  label(build, draft.out[0]);
  return build.finish(draft, "ConvTranspose",
                      {{"auto_pad", std::string(fields[0] == 1 ? "SAME_UPPER" : "VALID")},
                       {"strides", std::vector<std::int64_t>{fields[2], fields[1]}},
                       {"layout", std::string("NHWC")},
                       {"filter", std::string("OHWI")}},
                      {draft.in[0], draft.in[1], draft.in.size() > 2 ? draft.in[2] : kNone});
}

Status fully_connected(const Draft& draft, Build& build) {
  if (draft.in.size() < 2 || draft.in[1] == kNone) return cannot("no weights");
  if (draft.options().scalar<std::int8_t>(1, 0) != 0) return cannot("shuffled weights");
  DLAS_ASSIGN(const NamedAttribute fused, activation(draft, 0));
  const bool keep = draft.options().scalar<std::uint8_t>(2, 0) != 0;
  return build.finish(draft, "FullyConnected", {{"keep_num_dims", keep}, fused}, draft.in);
}

// The root of the mean of the squares that lie inside.
Status l2_pool(const Draft& draft, Build& build) {
  DLAS_ASSIGN(const NamedAttribute fused, activation(draft, 5));
  DLAS_ASSIGN(std::string padding, auto_pad(draft, 0));
  label(build, draft.in[0]);
  label(build, draft.out[0]);
  DLAS_ASSIGN(const ValueId squares, build.before(draft, "Square", {}, {draft.in[0]}, kNone));
  DLAS_ASSIGN(const ValueId means, build.before(draft, "AveragePool",
                                                {{"auto_pad", std::move(padding)},
                                                 {"kernel_shape", pair(draft, 3, 0)},
                                                 {"strides", pair(draft, 1, 0)},
                                                 {"layout", std::string("NHWC")}},
                                                {squares}, kNone));
  const std::string& name = std::get<std::string>(fused.value);
  if (name == "none") return build.finish(draft, "Sqrt", {}, {means});
  if (name != "relu" && name != "relu6") return cannot("activation " + name);
  DLAS_ASSIGN(const ValueId roots, build.before(draft, "Sqrt", {}, {means}, kNone));
  return build.finish(draft, name == "relu" ? "Relu" : "Relu6", {}, {roots});
}

Status average_pool(const Draft& draft, Build& build) { return pool(draft, build, "AveragePool"); }
Status max_pool(const Draft& draft, Build& build) { return pool(draft, build, "MaxPool"); }

Status resize_bilinear(const Draft& draft, Build& build) {
  const bool align = draft.options().scalar<std::uint8_t>(2, 0) != 0;
  const bool half = draft.options().scalar<std::uint8_t>(3, 0) != 0;
  const std::string mode = align ? "align_corners" : half ? "half_pixel" : "asymmetric";
  return resize(draft, build, {{"mode", std::string("linear")}, {"coordinate_transformation_mode", mode}});
}

// TFLite takes floor((i + 0.5) scale) with half-pixel centres, which is round((i + 0.5) scale - 0.5) with ties upwards.
Status resize_nearest(const Draft& draft, Build& build) {
  const bool align = draft.options().scalar<std::uint8_t>(0, 0) != 0;
  const bool half = draft.options().scalar<std::uint8_t>(1, 0) != 0;
  const std::string mode = align ? "align_corners" : half ? "half_pixel" : "asymmetric";
  const std::string nearest = align || half ? "round_prefer_ceil" : "floor";
  return resize(
      draft, build,
      {{"mode", std::string("nearest")}, {"coordinate_transformation_mode", mode}, {"nearest_mode", nearest}});
}

// TFLite: x / (bias + alpha sum)^beta over 2 radius + 1 channels; ONNX divides alpha by their number.
Status local_response(const Draft& draft, Build& build) {
  const std::int64_t size = 2 * std::int64_t{draft.options().scalar<std::int32_t>(0, 0)} + 1;
  const auto alpha = static_cast<double>(draft.options().scalar<float>(2, 0));
  label(build, draft.in[0]);
  label(build, draft.out[0]);
  return build.finish(draft, "LRN",
                      {{"size", size},
                       {"bias", static_cast<double>(draft.options().scalar<float>(1, 0))},
                       {"alpha", alpha * static_cast<double>(size)},
                       {"beta", static_cast<double>(draft.options().scalar<float>(3, 0))},
                       {"layout", std::string("NHWC")}},
                      {draft.in[0]});
}

}  // namespace dlas::tflite
