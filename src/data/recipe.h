// A recipe says how a picture becomes a model's input. It is a value: it prints, parses back, compares and hashes.
//
//   resize(256,bilinear,pil) crop(224) rgb scale(1/255) norm(imagenet) nchw
//
// Words, applied from left to right:
//   resize(N,METHOD,LIBRARY)     short side to N, the other to N long/short, cut to a whole number (torchvision)
//   resize(WxH,METHOD,LIBRARY)   to W x H, the shape may change; methods and libraries: resample.h
//   crop(N) crop(WxH)            the middle; an odd rest of 2k+1 pixels is halved to the even one of k and k+1 (torchvision)
//   crop(N,floor)                the same with k (Caffe, OpenCV users, Keras' CenterCrop)
//   crop(P%)                     the middle P % of each side (tf.image.central_crop)
//   pad(N) pad(WxH) pad(square)  to that size, the picture in the middle; pad(N,114) fills with 114 instead of 0
//   gray rgb bgr                 one channel (Pillow's luma of bytes), or three in that order
//   scale(f) scale(a/b)          times f; times a, then divided by b, so that scale(1/255) is x / 255
//   shift(f)                     plus f
//   mean(a,b,c) std(a,b,c)       minus, divided by, a value a channel in their present order; mean(a) for all
//   norm(imagenet)               mean(0.485,0.456,0.406) std(0.229,0.224,0.225)
//   nhwc nchw                    layout of the tensor; without it the caller decides (with_layout)
//   labels(1000|1001|wnid)       what the model's outputs stand for: labels.h
//   raw                          the pixels are the integers that the model takes: its input quantisation is not applied
//
// Up to the first scale, shift, mean, std, norm or resize by TensorFlow the picture is bytes, then float32; each step rounds
// once, as NumPy does with float32. resize by Pillow or OpenCV and gray take bytes only: behind that point they are refused.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/hash.h"
#include "base/result.h"
#include "base/tensor.h"
#include "data/image.h"
#include "data/resample.h"

namespace dlas::data {

struct Resize {
  int width = 0, height = 0;  // height 0: the short side becomes `width`
  Method method = Method::bilinear;
  Library library = Library::pil;
  bool operator==(const Resize&) const = default;
};
struct Crop {
  int width = 0, height = 0;
  double percent = 0;  // used when width is 0
  bool floor = false;
  bool operator==(const Crop&) const = default;
};
struct Pad {
  int width = 0, height = 0;  // both 0: square
  double value = 0;
  bool operator==(const Pad&) const = default;
};
enum class Color { gray, rgb, bgr };
struct Scale {
  double times = 1, over = 1;
  bool operator==(const Scale&) const = default;
};
struct Shift {
  double by = 0;
  bool operator==(const Shift&) const = default;
};
struct Mean {
  std::vector<double> values;  // 1 or 3
  bool operator==(const Mean&) const = default;
};
struct Std {
  std::vector<double> values;  // 1 or 3, none 0
  bool operator==(const Std&) const = default;
};
struct Norm {
  bool operator==(const Norm&) const = default;
};
using Step = std::variant<Resize, Crop, Pad, Color, Scale, Shift, Mean, Std, Norm>;

enum class Layout { nhwc, nchw };
enum class LabelKind { classes1000, classes1001, wnid };

struct Recipe {
  std::vector<Step> steps;
  std::optional<Layout> layout;
  std::optional<LabelKind> labels;
  bool raw = false;
  bool operator==(const Recipe&) const = default;
};

// Errors: usage, naming the word and what would be right there.
Result<Recipe> parse_recipe(std::string_view text);

std::string text(const Step& step);
std::string text(const Recipe& recipe);  // parse_recipe(text(r)) == r
std::string_view text(Layout layout);
std::string_view text(LabelKind labels);
using dlas::hash_of;
Hash hash_of(const Recipe& recipe);

Recipe with_layout(Recipe recipe, Layout layout);  // sets it where the recipe leaves it open

// One picture to float32 [1,H,W,C] or [1,C,H,W], real values before any quantisation.
//
// Errors:  mismatch (crop larger, pad smaller than the picture; three values for one channel), limit (pixels),
//          usage when the recipe has no layout.
// Threads: may be called from several threads.
Result<Tensor> apply(const Recipe& recipe, const Image& image);

}  // namespace dlas::data
