#include "data/preset.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

namespace dlas::data {
namespace {

// Sources: torchvision 0.25 ImageClassification transforms; Keras 3 applications/imagenet_utils.py and load_img (nearest by
// default); TensorFlow Lite examples/label_image; TF-Slim preprocessing/inception_preprocessing.py (evaluation); Caffe's
// ImageNet example; the usual normalisations of CIFAR-10 and MNIST in PyTorch's examples. {S} and {R}: preset.h.
constexpr std::array<Preset, 12> kPresets = {{
    {"caffe-bgr", "Caffe: squash, crop, minus BGR means",
     "resize({R}x{R},bilinear,opencv) crop({S},floor) bgr mean(104,117,123) nchw", 224},
    {"cifar", "PyTorch on CIFAR-10: mean and deviation of the set",
     "rgb scale(1/255) mean(0.4914,0.4822,0.4465) std(0.247,0.2435,0.2616) nchw", 32},
    {"cifar-raw", "pixels 0..255 as they are (MLPerf Tiny)", "rgb nhwc", 32},
    {"inception", "TF-Slim: central 87.5 %, TF 1 bilinear, -1..1",
     "rgb crop(87.5%) scale(0.00392156862745098) resize({S}x{S},bilinear,tf-legacy) shift(-0.5) scale(2) nhwc", 299},
    {"keras-caffe", "Keras preprocess_input(mode='caffe'): VGG, ResNet v1",
     "resize({S}x{S},nearest,pil) bgr mean(103.939,116.779,123.68) nhwc", 224},
    {"keras-tf", "Keras preprocess_input(mode='tf'): MobileNet, Inception, ResNet v2",
     "resize({S}x{S},nearest,pil) rgb scale(1/127.5) shift(-1) nhwc", 224},
    {"keras-torch", "Keras preprocess_input(mode='torch'): DenseNet",
     "resize({S}x{S},nearest,pil) rgb scale(1/255) norm(imagenet) nhwc", 224},
    {"mnist", "PyTorch on MNIST: mean and deviation of the set", "gray scale(1/255) mean(0.1307) std(0.3081) nchw", 28},
    {"mnist-tf", "Keras on MNIST and Fashion-MNIST: 0..1", "gray scale(1/255) nhwc", 28},
    {"tflite-float", "TensorFlow Lite label_image: -1..1",
     "resize({S}x{S},bilinear,tf-legacy) rgb mean(127.5) std(127.5) nhwc", 224},
    {"tflite-uint8", "uint8 and int8 models that take pixels", "resize({S}x{S},bilinear,pil) rgb raw nhwc", 224},
    {"torchvision", "PyTorch on ImageNet: short side, crop, mean and deviation",
     "resize({R},bilinear,pil) crop({S}) rgb scale(1/255) norm(imagenet) nchw", 224},
}};

// The side before the crop: 256 for 224 and the same share for others, but Caffe's 256 for 227.
int before_crop(int side) { return side == 227 ? 256 : static_cast<int>(std::lround(side / 0.875)); }

std::string fill_in(std::string_view pattern, int side) {
  std::string out(pattern);
  for (std::size_t at = out.find('{'); at != std::string::npos; at = out.find('{', at))
    out.replace(at, 3, std::to_string(out[at + 1] == 'S' ? side : before_crop(side)));
  return out;
}

std::string list_of(std::span<const float> values) {
  std::string out;
  for (const float value : values) out += (out.empty() ? "" : ",") + fmt::format("{}", value);
  return out;
}

}  // namespace

std::span<const Preset> presets() { return kPresets; }

Result<Recipe> preset(std::string_view name, int side) {
  std::vector<std::string_view> names;
  for (const Preset& p : kPresets) {
    if (p.name == name) return parse_recipe(fill_in(p.recipe, side ? side : p.side));
    names.push_back(p.name);
  }
  return make_error(Code::usage, "a preset" + nearest(name, names), name);
}

Result<Recipe> metadata_recipe(std::span<const float> mean, std::span<const float> deviation, int width, int height,
                               int channels) {
  const auto fits = [&](std::size_t n) { return n == 1 || (n == 3 && channels == 3); };
  if (!fits(mean.size()) || !fits(deviation.size()))
    return make_error(Code::mismatch, fmt::format("one normalisation or one for each of {} channels", channels),
                      fmt::format("{} means and {} deviations", mean.size(), deviation.size()));
  return parse_recipe(fmt::format("resize({}x{},bilinear,pil) {} mean({}) std({}) nhwc", width, height,
                                  channels == 1 ? "gray" : "rgb", list_of(mean), list_of(deviation)));
}

}  // namespace dlas::data
