// dlas recipes: the presets, and what a recipe does.
#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "data/preset.h"

namespace dlas::cli {
namespace {

struct Options {
  std::string name;
  int side = 0;
  bool json = false;
};

Status list_presets(const Options& o) {
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  std::string lines;
  for (const data::Preset& preset : data::presets()) {
    DLAS_ASSIGN(const data::Recipe recipe, data::preset(preset.name, o.side));
    const int side = o.side ? o.side : preset.side;
    json.push_back(
        {{"name", preset.name}, {"meaning", preset.meaning}, {"side", side}, {"recipe", data::text(recipe)}});
    lines +=
        fmt::format("{:<13} {}\n{:13} for {} pixels: {}\n", preset.name, preset.meaning, "", side, data::text(recipe));
  }
  print(o.json ? pretty({{"schema", "dlas.recipes/1"}, {"presets", json}}) : lines);
  return {};
}

// A preset for a size, or words as dlas reads them back.
Status show_recipe(const Options& o) {
  bool known = false;
  for (const data::Preset& preset : data::presets()) known = known || preset.name == o.name;
  auto recipe = known ? data::preset(o.name, o.side) : data::parse_recipe(o.name);
  if (!recipe.ok()) return std::move(recipe).error().try_this("dlas recipes lists the presets");
  if (!known && o.side) return make_error(Code::usage, "--side together with the name of a preset", o.name);
  const std::string text = data::text(*recipe);
  print(o.json ? pretty({{"schema", "dlas.recipe/1"}, {"recipe", text}}) : text + "\n");
  return {};
}

}  // namespace

void add_recipes(CLI::App& app, int& status) {
  CLI::App* command = app.add_subcommand("recipes", "how pictures become inputs: the presets, or one recipe in full");
  auto o = std::make_shared<Options>();
  command->add_option("RECIPE", o->name, "a preset, or words to check")->type_name("");
  command->add_option("--side", o->side, "for inputs of so many pixels a side")
      ->check(CLI::Range(1, 1 << 20))
      ->type_name("N");
  command->add_flag("--json", o->json, "as JSON");
  command->footer(
      "Examples:\n"
      "  dlas recipes\n"
      "  dlas recipes torchvision --side 299\n"
      "  dlas recipes 'resize(256,bilinear,pil) crop(224) rgb scale(1/255) norm(imagenet)'");
  command->callback([o, &status] { status = conclude(o->name.empty() ? list_presets(*o) : show_recipe(*o), o->json); });
}

}  // namespace dlas::cli
