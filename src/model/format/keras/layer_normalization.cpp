// Normalisations, and the preprocessing layers that scale and shift.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/checked.h"
#include "model/format/keras/layer.h"

namespace dlas::keras {
namespace {

constexpr double kSmallestDeviation = 1e-7;  // keras.backend.epsilon()

Outputs one(Result<ValueId> value) {
  if (!value.ok()) return std::move(value).error();
  return std::vector<ValueId>{*value};
}

constexpr std::int64_t kMostChannels = 1 << 20;  // for which ones or zeros are made

// Axes as a list, negative ones counted from the end where the rank is known.
std::vector<std::int64_t> axes_of(Settings& s, const Build& b, ValueId x, std::int64_t absent) {
  auto axes = s.integers("axis");
  if (axes.empty()) axes = {absent};
  if (const auto rank = b.rank(x))
    for (std::int64_t& axis : axes)
      if (axis < 0) axis += static_cast<std::int64_t>(*rank);
  return axes;
}

// The weight, or as many ones or zeros as `like` has elements where the layer has none.
ValueId weight_or(const Draft& d, Build& b, std::string_view role, double value, std::int64_t count, ValueId like) {
  if (const ValueId found = d.weight(role); found != kNone) return found;
  return b.numbers(d, role, std::vector<double>(static_cast<std::size_t>(count), value), {count}, like);
}

// Numbers for the axes of x, as a shape that broadcasts: sizes of the axes named, 1 elsewhere.
Result<ValueId> along_axes(const Draft& d, Build& b, std::string_view part, ValueId vector, ValueId x,
                           const std::vector<std::int64_t>& axes) {
  const auto rank = b.rank(x);
  const auto last = rank ? static_cast<std::int64_t>(*rank) - 1 : -1;
  if (axes.size() == 1 && (axes[0] == last || axes[0] == -1)) return vector;
  if (!rank) return cannot("an input of known rank", "an unknown one");
  std::vector<std::int64_t> shape(*rank, 1);
  std::int64_t elements = 1;
  for (const std::int64_t axis : axes) {
    if (axis < 0 || axis > last || !b.type(x).dim(static_cast<std::size_t>(axis)).known())
      return cannot("axes of known sizes", fmt::format("axis {}", axis));
    shape[static_cast<std::size_t>(axis)] = b.type(x).dim(static_cast<std::size_t>(axis)).size();
    const auto more = checked_product(std::vector<std::int64_t>{elements, shape[static_cast<std::size_t>(axis)]});
    if (!more) return cannot("axes of moderate sizes", "more");
    elements = *more;
  }
  return b.add(d, part, "Reshape", {}, {vector, b.list(d, std::string(part) + "_shape", shape)});
}

// Float32 for integers: the layers cast their input first.
Result<ValueId> as_float(const Draft& d, Build& b, ValueId x) {
  if (is_float(b.type(x).dtype) || b.type(x).dtype == DType::none) return x;
  return b.add(d, "Cast", "Cast", {{"to", DType::f32}}, {x});
}

// Numbers of a setting: one, or one for each channel.
Result<ValueId> list_or_scalar(const Draft& d, Build& b, std::string_view part, const std::vector<double>& values,
                               ValueId like) {
  if (values.size() == 1) return b.scalar(d, part, values[0], like);
  return b.numbers(d, part, values, {static_cast<std::int64_t>(values.size())}, like);
}

}  // namespace

Outputs batch_normalization(Draft& draft, Build& build) {
  DLAS_ASSIGN(const ValueId x, one_input(draft));
  Settings& s = draft.settings;
  const auto axes = axes_of(s, build, x, -1);
  const double epsilon = s.real("epsilon", 1e-3);
  if (s.flag("renorm", false)) s.refuse("renorm", "a batch normalisation without renorm");
  DLAS_TRY(s.status());
  if (axes.size() != 1) return cannot("one axis of channels", fmt::format("{}", axes.size()));
  const auto rank = build.rank(x);
  const bool last =
      axes[0] == -1 || (rank && axes[0] == static_cast<std::int64_t>(*rank) - 1) || (!rank && axes[0] != 1);
  if (!last && axes[0] != 1) return cannot("channels on axis 1 or the last one", fmt::format("axis {}", axes[0]));
  const ValueId mean = draft.weight("moving_mean");
  const std::int64_t count = build.graph().value(mean).constant.count();
  return one(build.add(draft, "", "BatchNormalization",
                       {{"epsilon", epsilon}, {"layout", std::string(last ? "NHWC" : "NCHW")}},
                       {x, weight_or(draft, build, "gamma", 1, count, mean),
                        weight_or(draft, build, "beta", 0, count, mean), mean, draft.weight("moving_variance")}));
}

// Over the last axes of the input.
Outputs layer_normalization(Draft& draft, Build& build) {
  DLAS_ASSIGN(const ValueId x, one_input(draft));
  Settings& s = draft.settings;
  auto axes = axes_of(s, build, x, -1);
  const double epsilon = s.real("epsilon", 1e-3);
  const bool root_mean_square = s.flag("rms_scaling", false);
  DLAS_TRY(s.status());
  // Keras 3 divides by the variance there, not by the mean of squares.
  if (root_mean_square) return cannot("no rms_scaling", "rms_scaling");
  std::ranges::sort(axes);
  const auto rank = build.rank(x);
  for (std::size_t i = 0; i < axes.size(); ++i)
    if (!(axes.size() == 1 && axes[0] == -1) &&
        (!rank || axes[i] != static_cast<std::int64_t>(*rank - axes.size() + i)))
      return cannot("the last axes", shown(s.json("axis")));
  std::vector<std::int64_t> sizes;
  ValueId gamma = draft.weight("gamma");
  if (gamma == kNone) {
    const ValueId beta = draft.weight("beta");
    const Dim width = rank && *rank > 0 ? build.type(x).dims->back() : Dim();
    if (beta != kNone)
      gamma = build.numbers(
          draft, "gamma", std::vector<double>(static_cast<std::size_t>(build.graph().value(beta).constant.count()), 1),
          build.graph().value(beta).constant.shape(), beta);
    else if (axes.size() == 1 && width.known() && width.size() <= kMostChannels)
      gamma = weight_or(draft, build, "gamma", 1, width.size(), x);
    else return cannot("a scale or a shift", "neither");
  }
  return one(build.add(draft, "", "LayerNormalization", {{"axis", axes[0]}, {"epsilon", epsilon}},
                       {x, gamma, draft.weight("beta")}));
}

// ONNX normalises groups of axis 1; other axes are brought there and back.
Outputs group_normalization(Draft& draft, Build& build) {
  DLAS_ASSIGN(ValueId x, one_input(draft));
  Settings& s = draft.settings;
  const auto axes = axes_of(s, build, x, -1);
  std::int64_t groups = s.integer("groups", 32);
  const double epsilon = s.real("epsilon", 1e-3);
  DLAS_TRY(s.status());
  const auto rank = build.rank(x);
  if (!rank || *rank < 3 || axes.size() != 1 || axes[0] < 1 || axes[0] >= static_cast<std::int64_t>(*rank))
    return cannot("channels on one axis of at least 3", shown(s.json("axis")));
  const Dim& channels = build.type(x).dim(static_cast<std::size_t>(axes[0]));
  if (!channels.known() || channels.size() > kMostChannels)
    return cannot(fmt::format("at most {} channels", kMostChannels), dlas::text(channels));
  if (groups == -1) groups = channels.size();
  std::vector<std::int64_t> there{0, axes[0]}, back(*rank);
  for (std::int64_t i = 1; i < static_cast<std::int64_t>(*rank); ++i)
    if (i != axes[0]) there.push_back(i);
  for (std::size_t i = 0; i < there.size(); ++i)
    back[static_cast<std::size_t>(there[i])] = static_cast<std::int64_t>(i);
  const ValueId gamma = weight_or(draft, build, "gamma", 1, channels.size(), x),
                beta = weight_or(draft, build, "beta", 0, channels.size(), x);
  const AttributeList attributes{{"num_groups", groups}, {"epsilon", epsilon}};
  if (axes[0] == 1) return one(build.add(draft, "", "GroupNormalization", attributes, {x, gamma, beta}));
  DLAS_ASSIGN(x, build.add(draft, "channels_first", "Transpose", {{"perm", there}}, {x}));
  DLAS_ASSIGN(x, build.add(draft, "GroupNormalization", "GroupNormalization", attributes, {x, gamma, beta}));
  return one(build.add(draft, "", "Transpose", {{"perm", back}}, {x}));
}

// Keras 2: x / sqrt(max(sum, 1e-12)); Keras 3: x min(1 / sqrt(sum), 1e12), which differs only below lengths of 1e-6.
Outputs unit_normalization(Draft& draft, Build& build) {
  DLAS_ASSIGN(const ValueId x, one_input(draft));
  const auto axes = axes_of(draft.settings, build, x, -1);
  DLAS_TRY(draft.settings.status());
  const double least = draft.keras >= 3 ? 1e-24 : 1e-12;
  DLAS_ASSIGN(ValueId sum, build.add(draft, "squares", "ReduceSumSquare", {{"keepdims", std::int64_t{1}}},
                                     {x, build.list(draft, "axes", axes)}));
  DLAS_ASSIGN(sum, build.add(draft, "bounded", "Max", {}, {sum, build.scalar(draft, "least", least, x)}));
  DLAS_ASSIGN(sum, build.add(draft, "length", "Sqrt", {}, {sum}));
  return one(build.add(draft, "", "Div", {}, {x, sum}));
}

// (x - mean) / max(sqrt(variance), 1e-7), or back when `invert`; mean and variance are settings or weights.
Outputs normalization(Draft& draft, Build& build) {
  DLAS_ASSIGN(ValueId x, one_input(draft));
  Settings& s = draft.settings;
  const auto axes = axes_of(s, build, x, -1);
  const auto means = s.reals("mean"), variances = s.reals("variance");
  const bool invert = s.flag("invert", false);
  DLAS_TRY(s.status());
  DLAS_ASSIGN(x, as_float(draft, build, x));
  ValueId mean = draft.weight("mean"), deviation = kNone;
  if (mean == kNone) {
    if (means.empty() || variances.size() != means.size())
      return make_error(Code::format, "as many variances as means",
                        fmt::format("{} and {}", variances.size(), means.size()));
    // Keras keeps both in float32 before the square root.
    std::vector<double> roots;
    for (const double v : variances)
      roots.push_back(std::max(std::sqrt(static_cast<double>(static_cast<float>(v))), kSmallestDeviation));
    DLAS_ASSIGN(mean, list_or_scalar(draft, build, "mean", means, x));
    DLAS_ASSIGN(deviation, list_or_scalar(draft, build, "deviation", roots, x));
  } else {
    DLAS_ASSIGN(deviation, build.add(draft, "root", "Sqrt", {}, {draft.weight("variance")}));
    DLAS_ASSIGN(deviation, build.add(draft, "deviation", "Max", {},
                                     {deviation, build.scalar(draft, "least", kSmallestDeviation, x)}));
  }
  if (build.rank(mean) != 0) {
    DLAS_ASSIGN(mean, along_axes(draft, build, "mean_along", mean, x, axes));
    DLAS_ASSIGN(deviation, along_axes(draft, build, "deviation_along", deviation, x, axes));
  }
  DLAS_ASSIGN(const ValueId first,
              build.add(draft, invert ? "Mul" : "Sub", invert ? "Mul" : "Sub", {}, {x, invert ? deviation : mean}));
  return one(build.add(draft, "", invert ? "Add" : "Div", {}, {first, invert ? mean : deviation}));
}

// x scale + offset
Outputs rescaling(Draft& draft, Build& build) {
  DLAS_ASSIGN(ValueId x, one_input(draft));
  Settings& s = draft.settings;
  auto scale = s.reals("scale"), offset = s.reals("offset");
  DLAS_TRY(s.status());
  if (scale.empty()) scale = {1};
  if (offset.empty()) offset = {0};
  DLAS_ASSIGN(x, as_float(draft, build, x));
  DLAS_ASSIGN(const ValueId by, list_or_scalar(draft, build, "scale", scale, x));
  if (offset == std::vector<double>{0}) return one(build.add(draft, "", "Mul", {}, {x, by}));
  DLAS_ASSIGN(x, build.add(draft, "Mul", "Mul", {}, {x, by}));
  DLAS_ASSIGN(const ValueId shift, list_or_scalar(draft, build, "offset", offset, x));
  return one(build.add(draft, "", "Add", {}, {x, shift}));
}

// ConvNeXt's layer of its own: x gamma.
Outputs layer_scale(Draft& draft, Build& build) {
  DLAS_ASSIGN(const ValueId x, one_input(draft));
  return one(build.add(draft, "", "Mul", {}, {x, draft.weight("gamma")}));
}

}  // namespace dlas::keras
