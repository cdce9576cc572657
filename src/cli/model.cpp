// Opening what the user named: a model, a recipe.
#include <algorithm>
#include <map>

#include "base/text.h"
#include "cli/command.h"
#include "data/preset.h"
#include "model/executor/fold.h"
#include "model/executor/reference.h"
#include "model/format/format.h"

namespace dlas::cli {
namespace {

// Unknown sizes of the inputs, by name; "*" for those without one.
std::map<std::string, std::int64_t> one_picture(const Graph& graph) {
  std::map<std::string, std::int64_t> sizes;
  for (const ValueId id : graph.inputs) {
    const Type& type = graph.value(id).type;
    if (!type.ranked()) continue;
    for (std::size_t axis = 0; axis < type.rank(); ++axis)
      if (!type.dim(axis).known() && (axis == 0 || !type.dim(axis).name().empty()))
        sizes[type.dim(axis).name().empty() ? "*" : type.dim(axis).name()] = 1;
  }
  return sizes;
}

int input_side(const Graph& graph) {
  if (graph.inputs.empty()) return 0;
  const Type& type = graph.value(graph.inputs[0]).type;
  if (!type.ranked() || type.rank() != 4 || !type.dim(2).known()) return 0;
  return static_cast<int>(std::min<std::int64_t>(type.dim(2).size(), 1 << 20));
}

std::string preset_list() {
  std::string names;
  for (const data::Preset& preset : data::presets()) names += (names.empty() ? "" : ", ") + std::string(preset.name);
  return names;
}

}  // namespace

Result<std::unique_ptr<Executor>> open_model(const std::string& path, Traits traits) {
  DLAS_ASSIGN(Model model, load(path));
  if (auto sizes = one_picture(model.graph); !sizes.empty())
    if (auto bound = bind_sizes(model.graph, sizes); !bound.ok()) return std::move(bound).error().in(path);
  auto executor = make_reference(model.graph, traits);
  if (!executor.ok()) return std::move(executor).error().in(path);
  return executor;
}

Result<Traits> traits_of(const std::string& kernels) {
  if (const auto parsed = op::quantized::parse_kernels(kernels)) return Traits{.kernels = *parsed};
  return make_error(Code::usage, "--kernels reference, builtin or xnnpack", kernels);
}

Result<data::Recipe> recipe_for(const std::string& text, const std::string& model, const Graph& graph) {
  if (text.empty())
    return make_error(Code::usage, "a recipe, for the file does not say how its input is made", "none")
        .in(model)
        .try_this("--recipe with one of the presets " + preset_list() +
                  ", or in words: --recipe 'resize(256,bilinear,pil) crop(224) rgb scale(1/255) norm(imagenet)'");
  for (const data::Preset& preset : data::presets())
    if (preset.name == text) return data::preset(text, input_side(graph));
  auto recipe = data::parse_recipe(text);
  if (!recipe.ok() && recipe.error().remedy.empty()) recipe.error().try_this("the presets are " + preset_list());
  return recipe;
}

}  // namespace dlas::cli
