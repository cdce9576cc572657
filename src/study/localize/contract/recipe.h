// The recipe that a model needs, from the recipe of the other model and the map between their inputs.
#pragma once

#include <optional>

#include "data/image.h"
#include "data/recipe.h"
#include "study/localize/contract/input_map.h"

namespace dlas::study::localize {

// `of_a` with other arithmetic, channel order and layout: what its steps make of `image` is fitted as numbers of the pixels, channel by
// channel, and `map` is applied to them. Sizes, resampling and labels stay.
// Errors: of applying the recipe; unsupported when a channel is a mixture of several.
Result<data::Recipe> needed_recipe(const data::Recipe& of_a, const std::optional<InputMap>& map, data::Layout layout,
                                   const data::Image& image);

}  // namespace dlas::study::localize
