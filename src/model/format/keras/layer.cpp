#include "model/format/keras/layer.h"

#include <fmt/format.h>

#include <algorithm>

namespace dlas::keras {
namespace {

constexpr std::string_view kConv = "kernel bias?use_bias";
constexpr std::string_view kSeparable = "depthwise_kernel pointwise_kernel bias?use_bias";

constexpr LayerKind kKinds[] = {
    // begin sorted
    {"Activation", activation_layer, ""},
    {"ActivityRegularization", identity, ""},
    {"Add", merge_add, ""},
    {"AlphaDropout", identity, ""},
    {"Average", merge_average, ""},
    {"AveragePooling1D", average_pooling, ""},
    {"AveragePooling2D", average_pooling, ""},
    {"AveragePooling3D", average_pooling, ""},
    {"BatchNormalization", batch_normalization, "gamma?scale beta?center moving_mean moving_variance"},
    {"BatchNormalizationV1", batch_normalization, "gamma?scale beta?center moving_mean moving_variance"},
    {"BatchNormalizationV2", batch_normalization, "gamma?scale beta?center moving_mean moving_variance"},
    {"Concatenate", concatenate, ""},
    {"Conv1D", convolution, kConv},
    {"Conv1DTranspose", transposed_convolution, kConv},
    {"Conv2D", convolution, kConv},
    {"Conv2DTranspose", transposed_convolution, kConv},
    {"Conv3D", convolution, kConv},
    {"Conv3DTranspose", transposed_convolution, kConv},
    {"Cropping1D", cropping, ""},
    {"Cropping2D", cropping, ""},
    {"Cropping3D", cropping, ""},
    {"CustomScaleLayer", custom_scale, ""},
    {"Dense", dense, kConv},
    {"DepthwiseConv1D", depthwise_convolution, kConv},
    {"DepthwiseConv2D", depthwise_convolution, kConv},
    {"Dot", dot, ""},
    {"Dropout", identity, ""},
    {"ELU", elu, ""},
    {"Flatten", flatten, ""},
    {"GaussianDropout", identity, ""},
    {"GaussianNoise", identity, ""},
    {"GlobalAveragePooling1D", global_average_pooling, ""},
    {"GlobalAveragePooling2D", global_average_pooling, ""},
    {"GlobalAveragePooling3D", global_average_pooling, ""},
    {"GlobalMaxPooling1D", global_max_pooling, ""},
    {"GlobalMaxPooling2D", global_max_pooling, ""},
    {"GlobalMaxPooling3D", global_max_pooling, ""},
    {"GroupNormalization", group_normalization, "gamma?scale beta?center"},
    {"Identity", identity, ""},
    {"LayerNormalization", layer_normalization, "gamma?scale beta?center"},
    {"LayerScale", layer_scale, "gamma"},
    {"LeakyReLU", leaky_relu, ""},
    {"Maximum", merge_maximum, ""},
    {"MaxPooling1D", max_pooling, ""},
    {"MaxPooling2D", max_pooling, ""},
    {"MaxPooling3D", max_pooling, ""},
    {"Minimum", merge_minimum, ""},
    {"Multiply", merge_multiply, ""},
    {"Normalization", normalization, "mean!mean variance!mean count!mean"},
    {"Permute", permute, ""},
    {"PReLU", prelu, "alpha"},
    {"RandomBrightness", identity, ""},
    {"RandomContrast", identity, ""},
    {"RandomCrop", random_crop, ""},
    {"RandomFlip", identity, ""},
    {"RandomRotation", identity, ""},
    {"RandomTranslation", identity, ""},
    {"RandomZoom", identity, ""},
    {"ReLU", relu_layer, ""},
    {"RepeatVector", repeat_vector, ""},
    {"Rescaling", rescaling, ""},
    {"Reshape", reshape, ""},
    {"Resizing", resizing, ""},
    {"SeparableConv1D", separable_convolution, kSeparable},
    {"SeparableConv2D", separable_convolution, kSeparable},
    {"Softmax", softmax, ""},
    {"SpatialDropout1D", identity, ""},
    {"SpatialDropout2D", identity, ""},
    {"SpatialDropout3D", identity, ""},
    {"StochasticDepth", identity, ""},
    {"Subtract", merge_subtract, ""},
    {"ThresholdedReLU", thresholded_relu, ""},
    {"UnitNormalization", unit_normalization, ""},
    {"UpSampling1D", up_sampling, ""},
    {"UpSampling2D", up_sampling, ""},
    {"UpSampling3D", up_sampling, ""},
    {"ZeroPadding1D", zero_padding, ""},
    {"ZeroPadding2D", zero_padding, ""},
    {"ZeroPadding3D", zero_padding, ""},
    // end sorted
};

}  // namespace

const LayerKind* layer_kind(std::string_view class_name) {
  const auto kind = std::ranges::find(kKinds, class_name, &LayerKind::class_name);
  return kind == std::end(kKinds) ? nullptr : kind;
}

std::vector<std::string_view> layer_classes() {
  std::vector<std::string_view> out;
  for (const LayerKind& kind : kKinds) out.push_back(kind.class_name);
  std::ranges::sort(out);
  return out;
}

std::vector<std::string> roles(const LayerKind& kind, const Json& settings) {
  std::vector<std::string> out;
  std::string_view rest = kind.weights;
  while (!rest.empty()) {
    const auto blank = rest.find(' ');
    const std::string_view one = rest.substr(0, blank);
    rest = blank == std::string_view::npos ? "" : rest.substr(blank + 1);
    const auto mark = one.find_first_of("?!");
    const Json& setting = mark == std::string_view::npos ? settings : member(settings, one.substr(mark + 1));
    const bool when_null = mark != std::string_view::npos && one[mark] == '!';
    if (mark == std::string_view::npos || (when_null ? setting.is_null() : setting != Json(false)))
      out.emplace_back(one.substr(0, mark));
  }
  return out;
}

std::string why_unknown(std::string_view class_name) {
  if (class_name == "Lambda") return "it holds code, which dlas never runs";
  return "a layer that dlas does not know";
}

Result<ValueId> one_input(const Draft& draft) {
  if (draft.in.size() == 1) return draft.in[0];
  return make_error(Code::format, "one input", fmt::format("{}", draft.in.size()));
}

bool channels_last(Settings& settings) {
  const std::string format = settings.word("data_format", "channels_last");
  if (format != "channels_last" && format != "channels_first") settings.refuse("data_format", "a known order of axes");
  return format != "channels_first";
}

std::string layout_of(Settings& settings) { return channels_last(settings) ? "NHWC" : "NCHW"; }

std::size_t spatial_axes(std::string_view class_name) {
  const auto digit = class_name.find_first_of("123");
  return digit == std::string_view::npos ? 2 : static_cast<std::size_t>(class_name[digit] - '0');
}

}  // namespace dlas::keras
