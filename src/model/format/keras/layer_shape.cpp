// Layers that move numbers, and those that do nothing when a model is not trained.
#include <fmt/format.h>

#include <algorithm>

#include "model/format/keras/layer.h"

namespace dlas::keras {
namespace {

Outputs one(Result<ValueId> value) {
  if (!value.ok()) return std::move(value).error();
  return std::vector<ValueId>{*value};
}

// Before and after each spatial axis, for all axes of the input: all befores, then all afters.
std::vector<std::int64_t> all_axes(const std::vector<std::int64_t>& pairs, bool last) {
  const std::size_t axes = pairs.size() / 2, rank = axes + 2, first = last ? 1 : 2;
  std::vector<std::int64_t> out(2 * rank);
  for (std::size_t i = 0; i < axes; ++i) {
    out[first + i] = pairs[2 * i];
    out[rank + first + i] = pairs[2 * i + 1];
  }
  return out;
}

std::vector<std::int64_t> spatial(std::size_t axes, bool last) {
  std::vector<std::int64_t> out;
  for (std::size_t i = 0; i < axes; ++i) out.push_back(static_cast<std::int64_t>(i) + (last ? 1 : 2));
  return out;
}

}  // namespace

Result<std::vector<std::int64_t>> border(Settings& settings, std::string_view name, std::size_t axes) {
  std::vector<std::int64_t> out;
  const auto add = [&](const Json& begin, const Json& end) {
    if (begin.is_number_integer() && end.is_number_integer())
      out.insert(out.end(), {begin.get<std::int64_t>(), end.get<std::int64_t>()});
  };
  const Json& value = settings.json(name);
  if (value.is_number_integer()) {
    for (std::size_t i = 0; i < axes; ++i) add(value, value);
  } else if (value.is_array() && axes == 1 && value.size() == 2) {
    add(value[0], value[1]);
  } else if (value.is_array()) {
    for (const Json& each : value) {
      if (each.is_array() && each.size() == 2) add(each[0], each[1]);
      else add(each, each);
    }
  }
  const bool fits = std::ranges::all_of(out, [](std::int64_t n) { return n >= 0 && n < (1 << 30); });
  if (out.size() != 2 * axes || !fits)
    return make_error(Code::format, fmt::format("numbers for {} axes", axes), shown(value))
        .at_slot(fmt::format("setting '{}'", name));
  return out;
}

Outputs identity(Draft& draft, Build& build) {
  DLAS_ASSIGN(const ValueId x, one_input(draft));
  return one(build.add(draft, "", "Identity", {}, {x}));
}

// Keras 3 leaves a picture alone when it does not train; Keras 2 resizes it to the size of the crop.
Outputs random_crop(Draft& draft, Build& build) {
  if (draft.keras < 3) return cannot("RandomCrop of Keras 3", "that of Keras 2, which resizes the picture");
  return identity(draft, build);
}

Outputs reshape(Draft& draft, Build& build) {
  DLAS_ASSIGN(const ValueId x, one_input(draft));
  auto shape = draft.settings.integers("target_shape");
  DLAS_TRY(draft.settings.status());
  shape.insert(shape.begin(), 0);  // the batch stays
  return one(build.add(draft, "", "Reshape", {}, {x, build.list(draft, "shape", shape)}));
}

Outputs flatten(Draft& draft, Build& build) {
  DLAS_ASSIGN(ValueId x, one_input(draft));
  const bool last = channels_last(draft.settings);
  DLAS_TRY(draft.settings.status());
  const auto rank = build.rank(x);
  if (!last && (!rank || *rank > 2)) {
    if (!rank) return cannot("an input of known rank", "an unknown one");
    std::vector<std::int64_t> perm{0};
    for (std::size_t i = 2; i < *rank; ++i) perm.push_back(static_cast<std::int64_t>(i));
    perm.push_back(1);
    DLAS_ASSIGN(x, build.add(draft, "channels_last", "Transpose", {{"perm", perm}}, {x}));
  }
  return one(build.add(draft, "", "Flatten", {{"axis", std::int64_t{1}}}, {x}));
}

// Axes are counted from 1, behind the batch.
Outputs permute(Draft& draft, Build& build) {
  DLAS_ASSIGN(const ValueId x, one_input(draft));
  auto perm = draft.settings.integers("dims");
  DLAS_TRY(draft.settings.status());
  perm.insert(perm.begin(), 0);
  return one(build.add(draft, "", "Transpose", {{"perm", perm}}, {x}));
}

Outputs repeat_vector(Draft& draft, Build& build) {
  DLAS_ASSIGN(ValueId x, one_input(draft));
  const std::int64_t n = draft.settings.integer("n", 1);
  DLAS_TRY(draft.settings.status());
  DLAS_ASSIGN(x, build.add(draft, "Unsqueeze", "Unsqueeze", {}, {x, build.list(draft, "axes", {1})}));
  return one(build.add(draft, "", "Tile", {}, {x, build.list(draft, "repeats", {1, n, 1})}));
}

Outputs zero_padding(Draft& draft, Build& build) {
  DLAS_ASSIGN(const ValueId x, one_input(draft));
  const bool last = channels_last(draft.settings);
  DLAS_TRY(draft.settings.status());
  DLAS_ASSIGN(const auto pairs, border(draft.settings, "padding", spatial_axes(draft.class_name)));
  return one(build.add(draft, "", "Pad", {}, {x, build.list(draft, "pads", all_axes(pairs, last))}));
}

Outputs cropping(Draft& draft, Build& build) {
  DLAS_ASSIGN(const ValueId x, one_input(draft));
  const bool last = channels_last(draft.settings);
  DLAS_TRY(draft.settings.status());
  const std::size_t axes = spatial_axes(draft.class_name);
  DLAS_ASSIGN(const auto pairs, border(draft.settings, "cropping", axes));
  std::vector<std::int64_t> starts, ends;
  for (std::size_t i = 0; i < axes; ++i) {
    starts.push_back(pairs[2 * i]);
    ends.push_back(pairs[2 * i + 1] == 0 ? 0x7fffffffffffffff : -pairs[2 * i + 1]);
  }
  return one(build.add(draft, "", "Slice", {},
                       {x, build.list(draft, "starts", starts), build.list(draft, "ends", ends),
                        build.list(draft, "axes", spatial(axes, last))}));
}

// Nearest: each place `size` times. Bilinear: as TensorFlow resizes, with half-pixel centres.
Outputs up_sampling(Draft& draft, Build& build) {
  DLAS_ASSIGN(const ValueId x, one_input(draft));
  Settings& s = draft.settings;
  const std::size_t axes = spatial_axes(draft.class_name);
  const auto size = s.integers("size", axes);
  const std::string mode = s.word("interpolation", "nearest");
  const bool last = channels_last(s);
  if (mode != "nearest" && mode != "bilinear") s.refuse("interpolation", "the interpolation 'nearest' or 'bilinear'");
  DLAS_TRY(s.status());
  if (size.size() != axes || !std::ranges::all_of(size, [](std::int64_t n) { return n > 0 && n < (1 << 20); }))
    return make_error(Code::format, fmt::format("{} sizes of at least 1", axes), shown(s.json("size")));
  Tensor scales = Tensor::make(DType::f32, {static_cast<std::int64_t>(axes)});
  for (std::size_t i = 0; i < axes; ++i) scales.mutable_as<float>()[i] = static_cast<float>(size[i]);
  const bool nearest = mode == "nearest";
  return one(build.add(draft, "", "Resize",
                       {{"mode", std::string(nearest ? "nearest" : "linear")},
                        {"coordinate_transformation_mode", std::string(nearest ? "asymmetric" : "half_pixel")},
                        {"nearest_mode", std::string("floor")},
                        {"axes", spatial(axes, last)}},
                       {x, kNone, build.constant(draft, "scales", std::move(scales))}));
}

// TensorFlow's resize with half-pixel centres and without antialiasing; its nearest takes floor((i + 0.5) scale).
Outputs resizing(Draft& draft, Build& build) {
  DLAS_ASSIGN(ValueId x, one_input(draft));
  Settings& s = draft.settings;
  const std::string mode = s.word("interpolation", "bilinear");
  const std::int64_t height = s.integer("height", 0), width = s.integer("width", 0);
  const bool last = channels_last(s);
  for (const std::string_view name : {"crop_to_aspect_ratio", "pad_to_aspect_ratio", "antialias"})
    if (s.flag(name, false)) s.refuse(name, "a plain resize");
  if (mode != "nearest" && mode != "bilinear") s.refuse("interpolation", "the interpolation 'nearest' or 'bilinear'");
  DLAS_TRY(s.status());
  const bool nearest = mode == "nearest";
  if (!nearest && !is_float(build.type(x).dtype) && build.type(x).dtype != DType::none) {
    DLAS_ASSIGN(x, build.add(draft, "Cast", "Cast", {{"to", DType::f32}}, {x}));
  }
  return one(build.add(draft, "", "Resize",
                       {{"mode", std::string(nearest ? "nearest" : "linear")},
                        {"coordinate_transformation_mode", std::string("half_pixel")},
                        {"nearest_mode", std::string("round_prefer_ceil")},
                        {"axes", spatial(2, last)}},
                       {x, kNone, kNone, build.list(draft, "sizes", {height, width})}));
}

}  // namespace dlas::keras
