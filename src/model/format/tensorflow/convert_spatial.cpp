// Operators on pictures and volumes, channels last or first by data_format. Kernels are [places..., in, out], depthwise ones
// [places..., in, multiplier]; lists of attributes have an entry for every axis of the picture.
#include <fmt/format.h>

#include <algorithm>

#include "model/format/tensorflow/convert.h"

namespace dlas::tensorflow {
namespace {

constexpr std::int64_t kLargest = std::int64_t{1} << 30;

// The spatial entries of a list with one for each axis; those of batch and channels have to be 1.
Result<Numbers> spatial(const Numbers& list, const std::string& layout, std::string_view what) {
  if (list.size() < 3) return cannot(fmt::format("{} {}", list.size(), what));
  const std::size_t channel = layout == "NHWC" ? list.size() - 1 : 1;
  if (list[0] != 1 || list[channel] != 1) return cannot(fmt::format("{} over batch or channels", what));
  Numbers out;
  for (std::size_t i = 1; i < list.size(); ++i)
    if (i != channel) out.push_back(list[i]);
  for (const std::int64_t n : out)
    if (n < 1 || n > kLargest) return cannot(fmt::format("{} out of range", what));
  return out;
}

struct Sliding {
  std::string layout;
  std::string padding;  // as ONNX names it
  Numbers strides, dilations, pads;
};

// Explicit paddings: before and after, for every axis -> all befores of the spatial axes, then all afters.
Result<Numbers> explicit_pads(const Call& call, const std::string& layout, std::size_t axes) {
  DLAS_ASSIGN(const Numbers list, call.numbers("explicit_paddings"));
  if (list.size() != 2 * (axes + 2)) return cannot("paddings that do not fit the strides");
  const std::size_t first = layout == "NHWC" ? 1 : 2;
  Numbers out;
  for (const std::size_t side : {std::size_t{0}, std::size_t{1}})
    for (std::size_t i = 0; i < axes; ++i) out.push_back(list[2 * (first + i) + side]);
  return out;
}

Result<Sliding> sliding_of(const Call& call, const Numbers& strides) {
  Sliding s;
  DLAS_ASSIGN(s.layout, call.layout());
  DLAS_ASSIGN(s.strides, spatial(strides, s.layout, "strides"));
  DLAS_ASSIGN(const Numbers dilations, call.numbers("dilations"));
  s.dilations.assign(s.strides.size(), 1);
  if (!dilations.empty()) {
    DLAS_ASSIGN(s.dilations, spatial(dilations, s.layout, "dilations"));
    if (s.dilations.size() != s.strides.size()) return cannot("dilations that do not fit the strides");
  }
  const std::string padding = call.text("padding", "");
  if (padding == "SAME") s.padding = "SAME_UPPER";
  else if (padding == "VALID") s.padding = "VALID";
  else if (padding != "EXPLICIT") return cannot("padding " + padding);
  if (padding == "EXPLICIT") {
    s.padding = "NOTSET";
    DLAS_ASSIGN(s.pads, explicit_pads(call, s.layout, s.strides.size()));
  }
  return s;
}

AttributeList attributes_of(const Sliding& s) {
  AttributeList list{{"auto_pad", s.padding}, {"strides", s.strides}, {"dilations", s.dilations}, {"layout", s.layout}};
  if (!s.pads.empty()) list.push_back({"pads", s.pads});
  return list;
}

std::int64_t channels_of(const Call& call, const Sliding& s, ValueId x) {
  return call.build.known_size(x, s.layout == "NHWC" ? s.strides.size() + 1 : 1);
}

}  // namespace

// A kernel for fewer channels than the picture has stands for groups.
Outputs convolution(Call& call) {
  DLAS_ASSIGN(const Numbers strides, call.numbers("strides"));
  DLAS_ASSIGN(const Sliding s, sliding_of(call, strides));
  const std::int64_t in = channels_of(call, s, call.in[0]),
                     of_group = call.build.known_size(call.in[1], s.strides.size());
  AttributeList list = attributes_of(s);
  list.push_back({"group", in > 0 && of_group > 0 ? std::max<std::int64_t>(in / of_group, 1) : std::int64_t{1}});
  list.push_back({"filter", std::string("HWIO")});
  return call.build.finish("Conv", list, {call.in[0], call.in[1]});
}

Outputs depthwise_convolution(Call& call) {
  DLAS_ASSIGN(const Numbers strides, call.numbers("strides"));
  DLAS_ASSIGN(const Sliding s, sliding_of(call, strides));
  const std::int64_t groups = std::max(call.build.known_size(call.in[1], 2), channels_of(call, s, call.in[0]));
  if (groups == 0) return cannot("a number of channels that is not known");
  AttributeList list = attributes_of(s);
  list.push_back({"group", groups});
  list.push_back({"filter", std::string("HWCM")});
  return call.build.finish("Conv", list, {call.in[0], call.in[1]});
}

// Inputs: sizes of the output, kernel [places..., out, in], x. The kernel is brought to ONNX's order by a node of its own.
Outputs transposed_convolution(Call& call) {
  DLAS_ASSIGN(const Numbers strides, call.numbers("strides"));
  DLAS_ASSIGN(const Sliding s, sliding_of(call, strides));
  const std::size_t axes = s.strides.size();
  if (!s.pads.empty()) return cannot("explicit paddings of a transposed convolution");
  const auto sizes = call.build.sizes(call.in[0]);
  if (!sizes || (sizes->size() != axes + 2 && sizes->size() != axes)) return cannot("an output shape that is computed");
  const auto first = static_cast<std::ptrdiff_t>(sizes->size() == axes ? 0 : s.layout == "NHWC" ? 1 : 2);
  const Numbers shape(sizes->begin() + first, sizes->begin() + first + static_cast<std::ptrdiff_t>(axes));
  for (const std::int64_t size : shape)
    if (size < 0 || size > kLargest) return cannot("an output shape that is computed");
  Numbers perm{static_cast<std::int64_t>(axes) + 1, static_cast<std::int64_t>(axes)};
  for (std::size_t i = 0; i < axes; ++i) perm.push_back(static_cast<std::int64_t>(i));
  DLAS_ASSIGN(const ValueId turned, call.build.step("Transpose", {{"perm", perm}}, {call.in[1]}));
  AttributeList list = attributes_of(s);
  list.push_back({"output_shape", shape});
  list.push_back({"filter", std::string("IOHW")});
  return call.build.finish("ConvTranspose", list, {call.in[2], turned});
}

// MaxPoolV2 has window and strides as inputs.
Outputs pool(Call& call) {
  Numbers window, strides;
  if (call.node.op == "MaxPoolV2") {
    DLAS_ASSIGN(window, call.known(1, "window sizes"));
    DLAS_ASSIGN(strides, call.known(2, "strides"));
  } else {
    DLAS_ASSIGN(window, call.numbers("ksize"));
    DLAS_ASSIGN(strides, call.numbers("strides"));
  }
  DLAS_ASSIGN(const Sliding s, sliding_of(call, strides));
  DLAS_ASSIGN(Numbers kernel, spatial(window, s.layout, "window sizes"));
  AttributeList list = attributes_of(s);
  list.push_back({"kernel_shape", std::move(kernel)});
  return call.build.finish(call.node.op.starts_with("Max") ? "MaxPool" : "AveragePool", list, {call.in[0]});
}

// Channels first: the bias gets axes of size 1 behind it.
Outputs bias_add(Call& call) {
  DLAS_ASSIGN(const std::string layout, call.layout());
  if (layout == "NHWC") return call.build.finish("Add", {}, {call.in[0], call.in[1]});
  const auto rank = call.build.rank(call.in[0]);
  if (!rank) return cannot("a rank that is not known");
  Numbers axes;
  for (std::size_t i = 2; i < *rank; ++i) axes.push_back(static_cast<std::int64_t>(i) - 1);
  ValueId bias = call.in[1];
  if (!axes.empty()) {
    DLAS_ASSIGN(bias, call.build.step("Unsqueeze", {}, {bias, call.build.list(axes)}));
  }
  return call.build.finish("Add", {}, {call.in[0], bias});
}

// TensorFlow: x / (bias + alpha sum)^beta over 2 radius + 1 channels; ONNX divides alpha by their number.
Outputs local_response(Call& call) {
  constexpr std::int64_t kRadius = 5;
  const std::int64_t radius = call.integer("depth_radius", kRadius);
  if (radius < 0 || radius > kLargest) return cannot("a radius out of range");
  const std::int64_t size = 2 * radius + 1;
  return call.build.finish("LRN",
                           {{"size", size},
                            {"bias", call.real("bias", 1)},
                            {"alpha", call.real("alpha", 1) * static_cast<double>(size)},
                            {"beta", call.real("beta", 0.5)},
                            {"layout", std::string("NHWC")}},
                           {call.in[0]});
}

}  // namespace dlas::tensorflow
