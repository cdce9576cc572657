// How pictures become a model's input: what the user says, or what the file says.
#include <fmt/format.h>

#include <algorithm>

#include "base/file.h"
#include "data/preset.h"
#include "study/compare/side.h"
#include "study/open/opened.h"

namespace dlas::study {
namespace {

// Channels, height and width of a picture input; nothing when its shape does not say.
struct Picture {
  data::Layout layout = data::Layout::nhwc;
  int channels = 0, height = 0, width = 0;
};

std::optional<Picture> picture_of(const Graph& graph) {
  if (graph.inputs.size() != 1) return std::nullopt;
  const Type& type = graph.value(graph.inputs[0]).type;
  if (!type.ranked() || type.rank() != 4) return std::nullopt;
  std::array<int, 4> size{};
  for (std::size_t axis = 1; axis < 4; ++axis) {
    if (!type.dim(axis).known() || type.dim(axis).size() > (1 << 20)) return std::nullopt;
    size[axis] = static_cast<int>(type.dim(axis).size());
  }
  const auto is_channels = [](int n) { return n == 1 || n == 3; };
  if (is_channels(size[1]) == is_channels(size[3])) return std::nullopt;
  if (is_channels(size[1])) return Picture{data::Layout::nchw, size[1], size[2], size[3]};
  return Picture{data::Layout::nhwc, size[3], size[1], size[2]};
}

std::string preset_list() {
  std::string names;
  for (const data::Preset& preset : data::presets()) names += (names.empty() ? "" : ", ") + std::string(preset.name);
  return names;
}

// `more` are words behind the name: "tflite-uint8 labels(1001)".
Result<Chosen> from_preset(const std::string& name, const std::string& more, const Opened& model) {
  const auto picture = picture_of(model.graph());
  DLAS_ASSIGN(data::Recipe recipe, data::preset(name, picture ? picture->height : 0));
  if (picture) recipe.layout = picture->layout;
  if (!more.empty()) {
    DLAS_ASSIGN(recipe, data::parse_recipe(data::text(recipe) + more));
  }
  return Chosen{with_input_layout(std::move(recipe), model.graph()), "preset " + name};
}

Result<Chosen> from_metadata(const Opened& model) {
  const auto picture = picture_of(model.graph());
  const bool says = model.metadata && !model.metadata->inputs.empty() && !model.metadata->inputs[0].mean.empty();
  if (!says || !picture)
    return make_error(Code::usage, "a recipe, for the file does not say how its input is made", "none")
        .in(model.path)
        .try_this("--recipe with one of the presets " + preset_list() +
                  ", or in words: --recipe 'resize(256,bilinear,pil) crop(224) rgb scale(1/255) norm(imagenet)'");
  const tflite::TensorMetadata& input = model.metadata->inputs[0];
  auto recipe = data::metadata_recipe(input.mean, input.std, picture->width, picture->height, picture->channels);
  if (!recipe.ok()) return std::move(recipe).error().in(model.path).at_slot("metadata").try_this("--recipe in words");
  recipe->layout = picture->layout;
  return Chosen{*std::move(recipe), "normalisation of the file's metadata; the resize is dlas' choice"};
}

}  // namespace

Result<Chosen> choose_recipe(const std::string& text, const Opened& model) {
  if (text.empty()) return from_metadata(model);
  const std::string name = text.substr(0, text.find(' '));
  for (const data::Preset& preset : data::presets())
    if (preset.name == name) return from_preset(name, text.substr(name.size()), model);
  auto recipe = data::parse_recipe(text);
  if (recipe.ok()) return Chosen{with_input_layout(*std::move(recipe), model.graph()), "given"};
  return std::move(recipe).error().try_this("the presets are " + preset_list() + "; dlas recipes tells more");
}

}  // namespace dlas::study
