#include "study/localize/contract/recipe.h"

#include <algorithm>
#include <cmath>

namespace dlas::study::localize {
namespace {

struct Affine {
  double scale = 1, offset = 0;
};

bool is_arithmetic(const data::Step& step) {
  return std::holds_alternative<data::Scale>(step) || std::holds_alternative<data::Shift>(step) ||
         std::holds_alternative<data::Mean>(step) || std::holds_alternative<data::Std>(step) ||
         std::holds_alternative<data::Norm>(step);
}

// One channel of y as numbers of x: both [1,H,W,C].
Affine fitted(const Tensor& x, const Tensor& y, std::size_t channel) {
  const auto channels = static_cast<std::size_t>(x.dim(3));
  const auto from = x.as<float>(), to = y.as<float>();
  double n = 0, sx = 0, sy = 0, sxx = 0, sxy = 0;
  for (std::size_t i = channel; i < from.size(); i += channels) {
    const auto a = static_cast<double>(from[i]), b = static_cast<double>(to[i]);
    n += 1, sx += a, sy += b, sxx += a * a, sxy += a * b;
  }
  const double variance = sxx - sx * sx / n;
  if (!(variance > 0)) return {1, (sy - sx) / n};
  const double scale = (sxy - sx * sy / n) / variance;
  return {scale, (sy - scale * sx) / n};
}

Result<std::vector<Affine>> arithmetic(const data::Recipe& recipe, const data::Recipe& raw, const data::Image& image) {
  data::Recipe last = recipe, pixels = raw;
  last.layout = pixels.layout = data::Layout::nhwc;
  DLAS_ASSIGN(const Tensor y, data::apply(last, image));
  DLAS_ASSIGN(const Tensor x, data::apply(pixels, image));
  std::vector<Affine> out;
  for (std::size_t c = 0; c < static_cast<std::size_t>(x.dim(3)); ++c) out.push_back(fitted(x, y, c));
  return out;
}

bool near(double a, double b) { return std::abs(a - b) <= 2e-3 * std::max(std::abs(b), 1.0); }

bool all_are(const std::vector<Affine>& list, double scale, double offset) {
  return std::ranges::all_of(
      list, [&](const Affine& a) { return std::abs(a.scale / scale - 1) <= 2e-3 && near(a.offset, offset); });
}

bool is_imagenet(const std::vector<Affine>& list) {
  static constexpr double kMean[] = {0.485, 0.456, 0.406}, kStd[] = {0.229, 0.224, 0.225};
  if (list.size() != 3) return false;
  for (std::size_t c = 0; c < 3; ++c)
    if (std::abs(list[c].scale * 255 * kStd[c] - 1) > 2e-3 || !near(list[c].offset, -kMean[c] / kStd[c])) return false;
  return true;
}

double short_number(double x) {  // four digits, as recipes have them
  if (x == 0 || !std::isfinite(x)) return x;
  const double unit = std::pow(10.0, std::floor(std::log10(std::abs(x))) - 4);
  return std::round(x / unit) * unit;
}

void add_words(const std::vector<Affine>& list, std::vector<data::Step>& steps) {
  if (all_are(list, 1, 0)) return;
  if (all_are(list, 1.0 / 255, 0)) return steps.push_back(data::Scale{1, 255});
  if (all_are(list, 1.0 / 127.5, -1)) {
    steps.push_back(data::Scale{1, 127.5});
    return steps.push_back(data::Shift{-1});
  }
  if (is_imagenet(list)) {
    steps.push_back(data::Scale{1, 255});
    return steps.push_back(data::Norm{});
  }
  data::Mean mean;
  data::Std std;
  for (const Affine& a : list) {
    mean.values.push_back(short_number(-a.offset / a.scale));
    std.values.push_back(short_number(1 / a.scale));
  }
  if (std::ranges::any_of(mean.values, [](double m) { return m != 0; })) steps.push_back(mean);
  if (std::ranges::any_of(std.values, [](double s) { return s != 1; })) steps.push_back(std);
}

// Which source channel each target channel is; nothing when one is a mixture.
std::optional<std::vector<std::size_t>> channel_order(const InputMap& map) {
  std::vector<std::size_t> order;
  for (const auto& row : map.matrix) {
    const auto used = std::ranges::count_if(row, [](double x) { return x != 0; });
    if (used != 1) return std::nullopt;
    order.push_back(static_cast<std::size_t>(std::ranges::find_if(row, [](double x) { return x != 0; }) - row.begin()));
  }
  return order;
}

bool is_turned(const std::vector<std::size_t>& order) { return order == std::vector<std::size_t>{2, 1, 0}; }

}  // namespace

Result<data::Recipe> needed_recipe(const data::Recipe& of_a, const std::optional<InputMap>& map, data::Layout layout,
                                   const data::Image& image) {
  data::Recipe out = of_a;
  std::erase_if(out.steps, is_arithmetic);
  DLAS_ASSIGN(std::vector<Affine> numbers, arithmetic(of_a, out, image));
  out.layout = layout;
  if (map && map->channels() == numbers.size()) {
    const auto order = channel_order(*map);
    if (!order) return make_error(Code::unsupported, "channels that are none of several", "a mixture of channels");
    std::vector<Affine> now;
    for (std::size_t t = 0; t < order->size(); ++t) {
      const Affine& from = numbers[(*order)[t]];
      const double factor = map->matrix[t][(*order)[t]];
      now.push_back({factor * from.scale, factor * from.offset + map->offset[t]});
    }
    numbers = std::move(now);
    for (data::Step& step : out.steps)
      if (auto* color = std::get_if<data::Color>(&step); color && is_turned(*order) && *color != data::Color::gray)
        *color = *color == data::Color::rgb ? data::Color::bgr : data::Color::rgb;
  }
  add_words(numbers, out.steps);
  return out;
}

}  // namespace dlas::study::localize
