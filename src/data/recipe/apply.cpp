// Applies a recipe to one picture, step by step.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "data/image/color.h"
#include "data/recipe.h"

namespace dlas::data {
namespace {

// ImageNet's means and deviations of R, G, B in 0..1, as torchvision prints them.
constexpr std::array<double, 3> kImagenetMean = {0.485, 0.456, 0.406}, kImagenetStd = {0.229, 0.224, 0.225};

struct State {
  Picture picture;
  bool blue_first = false;  // of three channels

  int width() const {
    return std::visit([](const auto& p) { return p.width; }, picture);
  }
  int height() const {
    return std::visit([](const auto& p) { return p.height; }, picture);
  }
  int channels() const {
    return std::visit([](const auto& p) { return p.channels; }, picture);
  }
  FloatImage& real() {  // bytes become float32 once, at the first step that computes
    if (const Image* bytes = std::get_if<Image>(&picture)) picture = to_float(*bytes);
    return std::get<FloatImage>(picture);
  }
};

std::string size_text(int width, int height) { return std::to_string(width) + " x " + std::to_string(height); }

// The rectangle that begins at (left, top), which may lie outside on each side; `value` where there is no picture.
template <typename P>
P window(const P& from, int left, int top, int width, int height, double value) {
  using Value = typename decltype(from.pixels)::value_type;
  P out{width, height, from.channels, {}};
  const auto channels = static_cast<std::size_t>(from.channels);
  out.pixels.assign(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * channels,
                    static_cast<Value>(value));
  const int first = std::max(0, left), last = std::min(from.width, left + width);
  for (int y = std::max(0, top); y < std::min(from.height, top + height) && first < last; ++y) {
    const auto at = [&](int row, int column, int row_width) {
      return (static_cast<std::size_t>(row) * static_cast<std::size_t>(row_width) + static_cast<std::size_t>(column)) *
             channels;
    };
    std::copy_n(from.pixels.data() + at(y, first, from.width), static_cast<std::size_t>(last - first) * channels,
                out.pixels.data() + at(y - top, first - left, width));
  }
  return out;
}

Status step(State& s, const Resize& r) {
  std::int64_t width = r.width, height = r.height;
  if (!height) {
    const std::int64_t w = s.width(), h = s.height(), side = r.width;
    width = w <= h ? side : side * w / h;
    height = w <= h ? side * h / w : side;
  }
  DLAS_ASSIGN(s.picture, resize(s.picture, width, height, r.method, r.library));
  return {};
}

int crop_start(int rest, bool floor) {
  const int half = rest / 2;
  return !floor && rest % 2 == 1 && half % 2 == 1 ? half + 1 : half;  // ties to even
}

// tf.image.central_crop: the border is cut to a whole number, the rest stays.
int percent_start(int side, double percent) {
  const double share = percent / 100;
  return static_cast<int>((side - side * share) / 2);
}

Status step(State& s, const Crop& c) {
  int left = 0, top = 0, width = c.width, height = c.height;
  if (c.width) {
    if (c.width > s.width() || c.height > s.height())
      return make_error(Code::mismatch, "a picture of at least " + size_text(c.width, c.height) + " pixels",
                        size_text(s.width(), s.height()));
    left = crop_start(s.width() - c.width, c.floor);
    top = crop_start(s.height() - c.height, c.floor);
  } else {
    left = percent_start(s.width(), c.percent), top = percent_start(s.height(), c.percent);
    width = s.width() - 2 * left, height = s.height() - 2 * top;
  }
  s.picture = std::visit([&](const auto& p) { return Picture(window(p, left, top, width, height, 0)); }, s.picture);
  return {};
}

Status step(State& s, const Pad& p) {
  const int square = std::max(s.width(), s.height());
  const int width = p.width ? p.width : square, height = p.width ? p.height : square;
  if (width < s.width() || height < s.height())
    return make_error(Code::mismatch, "a picture of at most " + size_text(width, height) + " pixels",
                      size_text(s.width(), s.height()));
  if (auto room = make_image(width, height, 1); !room.ok()) return std::move(room).error();
  const int left = -((width - s.width()) / 2), top = -((height - s.height()) / 2);
  s.picture =
      std::visit([&](const auto& from) { return Picture(window(from, left, top, width, height, p.value)); }, s.picture);
  return {};
}

// Channel c of the result is channel from[c] of the source.
FloatImage pick(const FloatImage& image, const std::array<int, 3>& from) {
  FloatImage out{image.width, image.height, 3, {}};
  for (std::size_t i = 0; i < image.pixels.size(); i += static_cast<std::size_t>(image.channels))
    for (const int c : from) out.pixels.push_back(image.pixels[i + static_cast<std::size_t>(c)]);
  return out;
}

Status step(State& s, Color color) {
  const bool swap = s.channels() == 3 && s.blue_first != (color == Color::bgr);
  if (FloatImage* real = std::get_if<FloatImage>(&s.picture)) {
    check(color != Color::gray, "gray is refused behind arithmetic when the recipe is parsed");
    if (real->channels == 1) *real = pick(*real, {0, 0, 0});
    else if (swap) *real = pick(*real, {2, 1, 0});
  } else {
    Image& bytes = std::get<Image>(s.picture);
    if (color == Color::gray) bytes = to_gray(s.blue_first ? to_bgr(std::move(bytes)) : std::move(bytes));
    else bytes = swap ? to_bgr(std::move(bytes)) : to_rgb(std::move(bytes));
  }
  s.blue_first = color == Color::bgr;
  return {};
}

Status step(State& s, const Scale& scale) {
  const auto times = static_cast<float>(scale.times), over = static_cast<float>(scale.over);
  for (float& x : s.real().pixels) x = x * times / over;  // times 1 and over 1 change nothing
  return {};
}

Status step(State& s, const Shift& shift) {
  const auto by = static_cast<float>(shift.by);
  for (float& x : s.real().pixels) x += by;
  return {};
}

// Calls f(pixel, value of its channel) for every number of the picture.
template <typename F>
Status for_channels(State& s, std::span<const double> values, F f) {
  const auto channels = static_cast<std::size_t>(s.channels());
  if (values.size() != 1 && values.size() != channels)
    return make_error(Code::mismatch, "a picture of 3 channels", std::to_string(channels))
        .try_this("put rgb or bgr before it");
  std::vector<float> of_channel(channels);
  for (std::size_t c = 0; c < channels; ++c)
    of_channel[c] = static_cast<float>(values.size() == 1 ? values[0] : values[c]);
  std::vector<float>& pixels = s.real().pixels;
  for (std::size_t i = 0; i < pixels.size(); i += channels)
    for (std::size_t c = 0; c < channels; ++c) f(pixels[i + c], of_channel[c]);
  return {};
}

Status subtract(State& s, std::span<const double> values) {
  return for_channels(s, values, [](float& x, float v) { x -= v; });
}

Status divide(State& s, std::span<const double> values) {
  return for_channels(s, values, [](float& x, float v) { x /= v; });
}

Status step(State& s, const Mean& mean) { return subtract(s, mean.values); }
Status step(State& s, const Std& deviation) { return divide(s, deviation.values); }
Status step(State& s, const Norm&) {
  DLAS_TRY(subtract(s, kImagenetMean));
  return divide(s, kImagenetStd);
}

Result<Tensor> to_tensor(const FloatImage& image, Layout layout) {
  const std::int64_t h = image.height, w = image.width, c = image.channels;
  DLAS_ASSIGN(Tensor out, Tensor::zeros(DType::f32, layout == Layout::nhwc ? Shape{1, h, w, c} : Shape{1, c, h, w}));
  const std::span<float> to = out.mutable_as<float>();
  if (layout == Layout::nhwc) {
    std::ranges::copy(image.pixels, to.begin());
    return out;
  }
  const auto channels = static_cast<std::size_t>(c), area = static_cast<std::size_t>(h * w);
  for (std::size_t i = 0; i < area; ++i)
    for (std::size_t k = 0; k < channels; ++k) to[k * area + i] = image.pixels[i * channels + k];
  return out;
}

}  // namespace

Result<Tensor> apply(const Recipe& recipe, const Image& image) {
  if (!recipe.layout)
    return make_error(Code::usage, "a recipe with nhwc or nchw", text(recipe)).try_this("add nchw or nhwc at its end");
  State state{image, false};
  for (const Step& s : recipe.steps) {
    auto status = std::visit([&](const auto& value) { return step(state, value); }, s);
    if (!status.ok()) return std::move(status.error().at_slot("recipe step '" + text(s) + "'"));
  }
  return to_tensor(state.real(), *recipe.layout);
}

}  // namespace dlas::data
