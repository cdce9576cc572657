// Keras' layers -> operators of the graph. layer.cpp has the table, layer_*.cpp the conversions, grouped by what layers do.
#pragma once

#include "model/format/keras/build.h"

namespace dlas::keras {

// Adds the nodes of one call of a layer; returns its outputs.
// Errors: Code::unsupported: the layer is kept as the file has it and cannot run. Anything else is a fault of the file.
using Converter = Outputs (*)(Draft& draft, Build& build);

struct LayerKind {
  std::string_view class_name;
  Converter converter;
  // Roles of the weights in Keras' order. "bias?use_bias": there when the setting is true or absent; "!": when it is null.
  std::string_view weights;
};
const LayerKind* layer_kind(std::string_view class_name);  // null for a class that dlas does not know
std::vector<std::string_view> layer_classes();             // sorted

// The roles that a layer with these settings has weights for.
std::vector<std::string> roles(const LayerKind& kind, const Json& settings);

// Why a class that dlas does not know is not computed.
std::string why_unknown(std::string_view class_name);

// The one input of a layer.  Errors: format for another number.
Result<ValueId> one_input(const Draft& draft);
// Axis of the channels: "channels_last" or "channels_first"; settings of other values are refused.
bool channels_last(Settings& settings);
std::string layout_of(Settings& settings);  // "NHWC" or "NCHW"

// layer_convolution.cpp
Outputs convolution(Draft& draft, Build& build);
Outputs depthwise_convolution(Draft& draft, Build& build);
Outputs separable_convolution(Draft& draft, Build& build);
Outputs transposed_convolution(Draft& draft, Build& build);
Outputs dense(Draft& draft, Build& build);
// layer_pooling.cpp
Outputs max_pooling(Draft& draft, Build& build);
Outputs average_pooling(Draft& draft, Build& build);
Outputs global_average_pooling(Draft& draft, Build& build);
Outputs global_max_pooling(Draft& draft, Build& build);
// layer_normalization.cpp
Outputs batch_normalization(Draft& draft, Build& build);
Outputs layer_normalization(Draft& draft, Build& build);
Outputs group_normalization(Draft& draft, Build& build);
Outputs unit_normalization(Draft& draft, Build& build);
Outputs normalization(Draft& draft, Build& build);
Outputs rescaling(Draft& draft, Build& build);
Outputs layer_scale(Draft& draft, Build& build);
// layer_activation.cpp
Outputs activation_layer(Draft& draft, Build& build);
Outputs relu_layer(Draft& draft, Build& build);
Outputs leaky_relu(Draft& draft, Build& build);
Outputs prelu(Draft& draft, Build& build);
Outputs elu(Draft& draft, Build& build);
Outputs softmax(Draft& draft, Build& build);
Outputs thresholded_relu(Draft& draft, Build& build);
// layer_merge.cpp
Outputs merge_add(Draft& draft, Build& build);
Outputs merge_subtract(Draft& draft, Build& build);
Outputs merge_multiply(Draft& draft, Build& build);
Outputs merge_average(Draft& draft, Build& build);
Outputs merge_maximum(Draft& draft, Build& build);
Outputs merge_minimum(Draft& draft, Build& build);
Outputs concatenate(Draft& draft, Build& build);
Outputs dot(Draft& draft, Build& build);
Outputs custom_scale(Draft& draft, Build& build);
// layer_shape.cpp
Outputs identity(Draft& draft, Build& build);
Outputs random_crop(Draft& draft, Build& build);
Outputs reshape(Draft& draft, Build& build);
Outputs flatten(Draft& draft, Build& build);
Outputs permute(Draft& draft, Build& build);
Outputs repeat_vector(Draft& draft, Build& build);
Outputs zero_padding(Draft& draft, Build& build);
Outputs cropping(Draft& draft, Build& build);
Outputs up_sampling(Draft& draft, Build& build);
Outputs resizing(Draft& draft, Build& build);

// The numbers before and after each spatial axis of a padding or cropping: 1, [1, 2], [[1, 2], [3, 4]].
Result<std::vector<std::int64_t>> border(Settings& settings, std::string_view name, std::size_t axes);
// The digit in "Conv2D": its number of spatial axes.
std::size_t spatial_axes(std::string_view class_name);

}  // namespace dlas::keras
