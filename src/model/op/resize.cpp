// Resize: samples each axis anew: nearest, linear or cubic, one axis after the other.        ONNX Resize, opset 10 to 19
//
// An output index gives a source coordinate by the transformation mode; a filter around it gives the weights. With
// antialias a filter is stretched by 1 / scale when the axis shrinks. Outside the input the edge is repeated, or left out
// (exclude_outside); tf_crop_and_resize gives extrapolation_value there.
//
// With a scale that gives no whole size, align_corners counts with the fractional length scale * input, as the text of
// opset 19 (scale = length_resized / length_original) and ONNX's own cases do; ONNX Runtime 1.32 takes the whole size.
// Linear resampling of plain integers: resize_integers.h.
#include <algorithm>
#include <cmath>
#include <limits>

#include "model/op/list_nn.h"
#include "model/op/quantized/run.h"
#include "model/op/real.h"
#include "model/op/resize_integers.h"
#include "model/op/shape_rule.h"

namespace dlas::op {
namespace {

constexpr double kMostPlaces = 0x1p40;  // along an axis; more is no picture, and less than an integer holds

enum class Mode { nearest, linear, cubic };
enum class Place {
  half_pixel,
  half_pixel_symmetric,
  pytorch_half_pixel,
  align_corners,
  asymmetric,
  tf_crop_and_resize
};
enum class Nearest { round_prefer_floor, round_prefer_ceil, floor, ceil };
enum class Keep { stretch, not_larger, not_smaller };
constexpr std::array<std::string_view, 3> kModes{"nearest", "linear", "cubic"};
constexpr std::array<std::string_view, 6> kPlaces{"half_pixel",    "half_pixel_symmetric", "pytorch_half_pixel",
                                                  "align_corners", "asymmetric",           "tf_crop_and_resize"};
constexpr std::array<std::string_view, 4> kNearest{"round_prefer_floor", "round_prefer_ceil", "floor", "ceil"};
constexpr std::array<std::string_view, 3> kKeep{"stretch", "not_larger", "not_smaller"};

struct Attributes {
  Mode mode = Mode::nearest;
  Place place = Place::half_pixel;
  Nearest nearest = Nearest::round_prefer_floor;
  Keep keep = Keep::stretch;
  bool antialias = false, exclude_outside = false;
  double cubic_coeff_a = -0.75, extrapolation_value = 0;
  std::vector<std::int64_t> axes;  // empty: all
  void fields(auto& f) {
    f("mode", mode, kModes);
    f("coordinate_transformation_mode", place, kPlaces);
    f("nearest_mode", nearest, kNearest);
    f("keep_aspect_ratio_policy", keep, kKeep);
    f("antialias", antialias);
    f("exclude_outside", exclude_outside);
    f("cubic_coeff_a", cubic_coeff_a);
    f("extrapolation_value", extrapolation_value);
    f("axes", axes);
  }
};

enum Input { kX, kRoi, kScales, kSizes };

struct Axis {
  std::int64_t in = 0, out = 0;
  double scale = 1, length = 0, from = 0, to = 1;  // length: of the output before it is rounded down
};

// Which axes are resized, each once.
Result<std::vector<std::size_t>> axes_of(const Site& site, std::size_t rank) {
  std::vector<std::size_t> axes;
  const auto& list = site.attributes<Attributes>().axes;
  for (std::size_t i = 0; list.empty() && i < rank; ++i) axes.push_back(i);
  for (std::int64_t a : list) {
    const auto axis = normalized_axis(a, rank);
    if (!axis || std::ranges::count(axes, *axis) > 0)
      return site.wrong_attribute("axes", "different axes of the input", std::to_string(a));
    axes.push_back(*axis);
  }
  return axes;
}

void keep_aspect(Keep keep, std::vector<Axis>& all, const std::vector<std::size_t>& axes) {
  if (keep == Keep::stretch || axes.empty()) return;
  double scale = all[axes[0]].scale;
  for (std::size_t a : axes)
    scale = keep == Keep::not_larger ? std::min(scale, all[a].scale) : std::max(scale, all[a].scale);
  for (std::size_t a : axes) {
    all[a].scale = scale;
    const double size = std::floor(scale * static_cast<double>(all[a].in) + 0.5);
    all[a].out = static_cast<std::int64_t>(std::min(size, kMostPlaces));
    all[a].length = static_cast<double>(all[a].out);
  }
}

Result<std::vector<Axis>> resolve(const Site& site, const Shape& shape) {
  DLAS_ASSIGN(const std::vector<std::size_t> axes, axes_of(site, shape.size()));
  std::vector<Axis> all;
  for (std::int64_t size : shape) all.push_back({.in = size, .out = size});
  const Tensor *roi = site.constant(kRoi), *scales = site.constant(kScales), *sizes = site.constant(kSizes);
  const bool by_size = sizes && sizes->count() > 0;
  const Tensor* given = by_size ? sizes : scales;
  const std::size_t slot = by_size ? kSizes : kScales;
  if (!given || given->count() != static_cast<std::int64_t>(axes.size()))
    return site.wrong_input(slot, std::to_string(axes.size()) + " numbers", given ? text(*given) : "none");
  for (std::size_t i = 0; i < axes.size(); ++i) {
    Axis& a = all[axes[i]];
    const double number = given->number(static_cast<std::int64_t>(i));
    const double size = by_size ? number : number * static_cast<double>(a.in);
    if (!(number > 0) || !(size < kMostPlaces))
      return site.wrong_input(slot, "positive numbers", std::to_string(number));
    if (by_size && a.in == 0) return site.wrong_input(kX, "elements along every resized axis", text(shape));
    a.out = static_cast<std::int64_t>(size);
    a.length = size;
    a.scale = by_size ? number / static_cast<double>(a.in) : number;
    if (roi && roi->count() == 2 * static_cast<std::int64_t>(axes.size())) {
      a.from = roi->number(static_cast<std::int64_t>(i));
      a.to = roi->number(static_cast<std::int64_t>(axes.size() + i));
    }
  }
  if (!by_size) return all;
  keep_aspect(site.attributes<Attributes>().keep, all, axes);
  for (const Axis& a : all)
    if (static_cast<double>(a.out) >= kMostPlaces)
      return site.wrong_input(slot, "sizes that keep the aspect within limits", std::to_string(a.out));
  return all;
}

Result<Types> infer(const Site& site, const Types& in) {
  if (in[kX].dtype == DType::boolean) return site.wrong_input(kX, "numbers", in[kX]);
  const bool known = site.constant(kScales) || site.constant(kSizes);
  if (!in.has(kScales) && !in.has(kSizes)) return site.wrong_input(kSizes, "scales or sizes", "none");
  if (!known || !in[kX].fixed()) return Types{Type(in[kX].dtype, unknown_sizes(in[kX].rank()))};
  DLAS_ASSIGN(const std::vector<Axis> all, resolve(site, in[kX].shape()));
  std::vector<Dim> dims;
  for (const Axis& a : all) {
    if (a.in == 0 && a.out != 0) return site.wrong_input(kX, "elements along every resized axis", in[kX]);
    dims.push_back(a.out);
  }
  return Types{Type(in[kX].dtype, std::move(dims))};
}

template <typename R>
R coordinate(Place place, const Axis& a, R i) {
  const R in = static_cast<R>(a.in), out = static_cast<R>(a.out), scale = static_cast<R>(a.scale);
  const R half = (i + R{0.5}) / scale - R{0.5};
  const R last = std::max(static_cast<R>(a.length - 1), std::numeric_limits<R>::min());  // of the output
  switch (place) {
    case Place::half_pixel: return half;
    case Place::half_pixel_symmetric: return in / 2 * (1 - out / (scale * in)) + half;
    case Place::pytorch_half_pixel: return a.out > 1 ? half : 0;
    case Place::align_corners: return a.out > 1 ? i * (in - 1) / last : 0;
    case Place::asymmetric: return i / scale;
    case Place::tf_crop_and_resize: {
      const R from = static_cast<R>(a.from), to = static_cast<R>(a.to);
      return a.out > 1 ? from * (in - 1) + i * (to - from) * (in - 1) / last : R{0.5} * (from + to) * (in - 1);
    }
  }
  return 0;
}

double nearest_index(Nearest mode, double x) {
  switch (mode) {
    case Nearest::round_prefer_floor: return std::ceil(x - 0.5);
    case Nearest::round_prefer_ceil: return std::floor(x + 0.5);
    case Nearest::floor: return std::floor(x);
    case Nearest::ceil: return std::ceil(x);
  }
  return x;
}

double filter(const Attributes& a, double distance) {
  const double d = std::fabs(distance), c = a.cubic_coeff_a;
  if (a.mode == Mode::linear) return std::max(0.0, 1 - d);
  if (d <= 1) return ((c + 2) * d - (c + 3)) * d * d + 1;
  return d < 2 ? ((c * d - 5 * c) * d + 8 * c) * d - 4 * c : 0;
}

struct Sample {
  std::vector<std::pair<std::int64_t, double>> weights;  // input index, weight
  bool outside = false;                                  // shows extrapolation_value
};

Sample sample(const Attributes& a, const Axis& axis, std::int64_t out) {
  const double x = coordinate(a.place, axis, static_cast<double>(out));
  const double last = static_cast<double>(axis.in - 1);
  Sample s;
  s.outside = a.place == Place::tf_crop_and_resize && (x < 0 || x > last);
  if (s.outside) return s;
  const auto inside = [&](double i) { return static_cast<std::int64_t>(std::clamp(i, 0.0, last)); };
  if (a.mode == Mode::nearest) {
    s.weights.emplace_back(inside(nearest_index(a.nearest, x)), 1.0);
    return s;
  }
  const double stretch = a.antialias ? std::min(1.0, axis.scale) : 1;
  const double reach = (a.mode == Mode::linear ? 1 : 2) / stretch;
  double sum = 0;
  for (double i = std::floor(x - reach) + 1; i < x + reach; ++i) {
    const double w = a.exclude_outside && (i < 0 || i > last) ? 0 : filter(a, (i - x) * stretch);
    sum += w;
    s.weights.emplace_back(inside(i), w);
  }
  for (auto& [i, w] : s.weights) w /= sum;
  return s;
}

// Pictures of integers that are interpolated in their last two axes and nothing else.
bool of_integers(const Attributes& a, const Call& call, const std::vector<Axis>& all) {
  const DType dtype = call.in[kX].dtype();
  if (!is_int(dtype) || is_packed(dtype) || call.in_types[kX].quantized()) return false;
  if (a.mode != Mode::linear || a.antialias || a.exclude_outside || a.place == Place::tf_crop_and_resize) return false;
  if (all.size() < 2 || call.in[kX].count() == 0) return false;
  return std::ranges::all_of(std::span(all).first(all.size() - 2),
                             [](const Axis& axis) { return axis.in == axis.out && axis.scale == 1; });
}

std::vector<float> places(const Attributes& a, const Axis& axis) {
  std::vector<float> out;
  for (std::int64_t i = 0; i < axis.out; ++i) {
    const float at = coordinate(a.place, axis, static_cast<float>(i));
    out.push_back(std::isfinite(at) ? at : 0);
  }
  return out;
}

Status run(const Call& call) {
  const auto& a = call.attributes<Attributes>();
  Shape shape = call.in[kX].shape();
  DLAS_ASSIGN(const std::vector<Axis> all, resolve(call.site, shape));
  if (of_integers(a, call, all)) {
    resize_integers(call.in[kX], places(a, all[all.size() - 2]), places(a, all[all.size() - 1]), call.out[0]);
    return {};
  }
  std::vector<double> x = reals(call.in[kX]);
  for (std::size_t axis = 0; axis < all.size(); ++axis) {
    const bool crop = a.place == Place::tf_crop_and_resize && (all[axis].from != 0 || all[axis].to != 1);
    if (all[axis].in == all[axis].out && all[axis].scale == 1 && !crop) continue;
    const std::int64_t outer = count(std::span(shape).first(axis)), inner = count(std::span(shape).subspan(axis + 1));
    std::vector<double> y(static_cast<std::size_t>(outer * all[axis].out * inner));
    for (std::int64_t i = 0; i < all[axis].out; ++i) {
      const Sample s = sample(a, all[axis], i);
      for (std::int64_t o = 0; o < outer; ++o) {
        double* to = y.data() + (o * all[axis].out + i) * inner;
        if (s.outside) std::fill_n(to, inner, a.extrapolation_value);
        for (const auto& [from, w] : s.weights)
          for (std::int64_t k = 0; k < inner; ++k)
            to[k] += w * x[static_cast<std::size_t>((o * all[axis].in + from) * inner + k)];
      }
    }
    shape[axis] = all[axis].out;
    x = std::move(y);
  }
  store(x, call.out[0]);
  return {};
}

}  // namespace

const Op resize = {
    .name = "Resize",
    .inputs = "X roi? scales? sizes?",
    .outputs = "Y",
    .attributes = &schema_of<Attributes>(),
    .infer = infer,
    .run = run,
    .run_quantized = quantized::run_resize,
};

}  // namespace dlas::op
