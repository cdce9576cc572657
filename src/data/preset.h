// Recipes by name, for models whose origin is known. One table; `dlas` prints it where a recipe is missing.
#pragma once

#include <span>
#include <string_view>

#include "base/result.h"
#include "data/recipe.h"

namespace dlas::data {

struct Preset {
  std::string_view name;
  std::string_view meaning;  // whose models, and what the recipe copies
  std::string_view recipe;   // with {S} for the model's input side and {R} for the side before the crop
  int side;                  // where nothing else is known
};

std::span<const Preset> presets();

// The recipe of a preset for a square input of `side` pixels; 0 takes the preset's own.
// Errors: usage, with the nearest names.
Result<Recipe> preset(std::string_view name, int side = 0);

// From the normalisation in TFLite metadata: (x - mean) / std, one value or one a channel. The metadata does not say how to
// resize; this takes Pillow's bilinear to width x height, as Coral's examples do.
// Errors: mismatch when the lists do not fit, or hold a number that no recipe takes.
Result<Recipe> metadata_recipe(std::span<const float> mean, std::span<const float> deviation, int width, int height,
                               int channels);

}  // namespace dlas::data
