// Convolutions and dense layers. Kernels are [places..., in, out]; depthwise ones [places..., in, multiplier].
#include <fmt/format.h>

#include <algorithm>

#include "model/format/keras/activation.h"
#include "model/format/keras/layer.h"

namespace dlas::keras {
namespace {

Outputs one(Result<ValueId> value) {
  if (!value.ok()) return std::move(value).error();
  return std::vector<ValueId>{*value};
}

struct Window {
  std::string layout, padding;  // padding: as ONNX names it
  std::vector<std::int64_t> strides, dilations;
  std::int64_t causal = 0;  // places in front of the first axis
};

Window window_of(Settings& s, std::size_t axes) {
  Window w;
  w.layout = layout_of(s);
  w.strides = s.integers("strides", axes);
  w.dilations = s.integers("dilation_rate", axes);
  if (w.strides.empty()) w.strides.assign(axes, 1);
  if (w.dilations.empty()) w.dilations.assign(axes, 1);
  // Depthwise layers of Keras 2 give one number for both axes.
  if (w.strides.size() == 1) w.strides.resize(axes, w.strides[0]);
  if (w.dilations.size() == 1) w.dilations.resize(axes, w.dilations[0]);
  const std::string padding = s.word("padding", "valid");
  w.padding = padding == "same" ? "SAME_UPPER" : "VALID";
  if (padding == "causal" && axes == 1) {
    const auto kernel = s.integers("kernel_size", 1);
    if (!kernel.empty() && kernel[0] > 0 && kernel[0] < (1 << 30) && w.dilations[0] > 0 && w.dilations[0] < (1 << 30))
      w.causal = (kernel[0] - 1) * w.dilations[0];
  } else if (padding != "same" && padding != "valid") {
    s.refuse("padding", "the padding 'same' or 'valid'");
  }
  return w;
}

AttributeList attributes_of(const Window& w, std::string_view filter, std::int64_t group) {
  return {{"auto_pad", w.padding}, {"strides", w.strides}, {"dilations", w.dilations},
          {"group", group},        {"layout", w.layout},   {"filter", std::string(filter)}};
}

// Zeros in front of the one spatial axis.
Result<ValueId> padded(const Draft& d, Build& b, const Window& w, ValueId x) {
  if (w.causal == 0) return x;
  std::vector<std::int64_t> pads(6);
  pads[w.layout == "NHWC" ? 1 : 2] = w.causal;
  return b.add(d, "Pad", "Pad", {}, {x, b.list(d, "pads", pads)});
}

Status check_filters(const Draft& d, Build& b, ValueId kernel, std::size_t from_end, std::string_view setting) {
  Settings s = d.settings;
  const Type& t = b.type(kernel);
  const std::int64_t wanted = s.integer(setting, -1);
  DLAS_TRY(s.status());
  if (wanted < 0 || t.rank() < from_end) return {};
  const std::int64_t found = t.dim(t.rank() - from_end).size();
  if (found == wanted) return {};
  return make_error(Code::mismatch, fmt::format("a kernel for the setting '{}' {}", setting, wanted), text(t));
}

// A convolution, then the activation, which has the layer's name.
Outputs activated(const Draft& d, Build& b, std::string_view op, const AttributeList& attributes,
                  std::vector<ValueId> in) {
  DLAS_ASSIGN(const Activation activation, activation_of(d.settings.json("activation")));
  DLAS_ASSIGN(const ValueId y, b.add(d, activation.linear() ? "" : op, op, attributes, std::move(in)));
  if (activation.linear()) return std::vector<ValueId>{y};
  return one(activate(d, b, "", activation, y));
}

// Channels of a depthwise kernel [places..., in, multiplier].
std::int64_t groups_of(const Build& b, ValueId kernel) {
  const Type& t = b.type(kernel);
  return t.rank() < 2 ? 1 : std::max<std::int64_t>(t.dim(t.rank() - 2).size(), 1);
}

}  // namespace

Outputs convolution(Draft& draft, Build& build) {
  DLAS_ASSIGN(ValueId x, one_input(draft));
  Settings& s = draft.settings;
  const Window w = window_of(s, spatial_axes(draft.class_name));
  const std::int64_t groups = s.integer("groups", 1);
  DLAS_TRY(s.status());
  DLAS_TRY(check_filters(draft, build, draft.weight("kernel"), 1, "filters"));
  DLAS_ASSIGN(x, padded(draft, build, w, x));
  return activated(draft, build, "Conv", attributes_of(w, "HWIO", groups),
                   {x, draft.weight("kernel"), draft.weight("bias")});
}

Outputs depthwise_convolution(Draft& draft, Build& build) {
  DLAS_ASSIGN(const ValueId x, one_input(draft));
  const Window w = window_of(draft.settings, spatial_axes(draft.class_name));
  DLAS_TRY(draft.settings.status());
  const ValueId kernel = draft.weight("kernel");
  DLAS_TRY(check_filters(draft, build, kernel, 1, "depth_multiplier"));
  return activated(draft, build, "Conv", attributes_of(w, "HWCM", groups_of(build, kernel)),
                   {x, kernel, draft.weight("bias")});
}

// Depthwise without bias, then a convolution over single places.
Outputs separable_convolution(Draft& draft, Build& build) {
  DLAS_ASSIGN(ValueId x, one_input(draft));
  const Window w = window_of(draft.settings, spatial_axes(draft.class_name));
  DLAS_TRY(draft.settings.status());
  const ValueId kernel = draft.weight("depthwise_kernel"), mix = draft.weight("pointwise_kernel");
  DLAS_TRY(check_filters(draft, build, mix, 1, "filters"));
  DLAS_ASSIGN(x, padded(draft, build, w, x));
  DLAS_ASSIGN(x,
              build.add(draft, "depthwise", "Conv", attributes_of(w, "HWCM", groups_of(build, kernel)), {x, kernel}));
  return activated(draft, build, "Conv",
                   {{"auto_pad", std::string("VALID")}, {"layout", w.layout}, {"filter", std::string("HWIO")}},
                   {x, mix, draft.weight("bias")});
}

// The kernel is [places..., out, in] and is brought to ONNX's order, [in, out, places...], by a node of its own. Keras' sizes:
// same: stride in; valid: stride in + max(kernel - stride, 0); with output_padding p: stride (in - 1) + kernel - 2 cut + p, where
// the cut is half the kernel for same and nothing for valid.
Outputs transposed_convolution(Draft& draft, Build& build) {
  DLAS_ASSIGN(const ValueId x, one_input(draft));
  Settings& s = draft.settings;
  const std::size_t axes = spatial_axes(draft.class_name);
  Window w = window_of(s, axes);
  const auto extra = s.integers("output_padding", axes);
  DLAS_TRY(s.status());
  const ValueId kernel = draft.weight("kernel");
  DLAS_TRY(check_filters(draft, build, kernel, 2, "filters"));
  const Type& k = build.type(kernel);
  if (k.rank() != axes + 2 || w.strides.size() != axes || w.dilations.size() != axes ||
      (!extra.empty() && extra.size() != axes))
    return make_error(Code::format, fmt::format("settings for {} axes", axes), text(k));
  std::vector<std::int64_t> perm{static_cast<std::int64_t>(axes) + 1, static_cast<std::int64_t>(axes)}, more(axes),
      pads(2 * axes);
  for (std::size_t i = 0; i < axes; ++i) {
    perm.push_back(static_cast<std::int64_t>(i));
    const std::int64_t stride = w.strides[i], dilation = w.dilations[i];
    if (stride < 1 || stride > (1 << 30) || dilation < 1 || dilation > (1 << 30) || k.dim(i).size() > (1 << 30))
      return make_error(Code::format, "strides and dilations of at least 1",
                        fmt::format("{} and {}", stride, dilation));
    const std::int64_t size = (k.dim(i).size() - 1) * dilation + 1;
    const bool same = w.padding == "SAME_UPPER";
    // What Keras takes from the whole size; negative: adds.
    const std::int64_t cut = !extra.empty() ? (same ? 2 * (size / 2) : 0) - extra[i]
                             : same         ? size - stride
                                            : std::min<std::int64_t>(size - stride, 0);
    const std::int64_t taken = std::max<std::int64_t>(cut, 0);
    pads[i] = taken / 2;
    pads[axes + i] = taken - taken / 2;
    more[i] = std::max<std::int64_t>(-cut, 0);
  }
  DLAS_ASSIGN(const ValueId turned, build.add(draft, "kernel_in_order", "Transpose", {{"perm", perm}}, {kernel}));
  return activated(draft, build, "ConvTranspose",
                   {{"strides", w.strides},
                    {"dilations", w.dilations},
                    {"pads", pads},
                    {"output_padding", more},
                    {"layout", w.layout}},
                   {x, turned, draft.weight("bias")});
}

// x kernel + bias along the last axis; one product for rows, a batched one and a sum for anything else.
Outputs dense(Draft& draft, Build& build) {
  DLAS_ASSIGN(const ValueId x, one_input(draft));
  const ValueId kernel = draft.weight("kernel"), bias = draft.weight("bias");
  DLAS_TRY(check_filters(draft, build, kernel, 1, "units"));
  if (build.rank(x) == 2) return activated(draft, build, "Gemm", {}, {x, kernel, bias});
  if (bias == kNone) return activated(draft, build, "MatMul", {}, {x, kernel});
  DLAS_ASSIGN(const ValueId y, build.add(draft, "MatMul", "MatMul", {}, {x, kernel}));
  return activated(draft, build, "Add", {}, {y, bias});
}

}  // namespace dlas::keras
