// What a model expects of its surroundings and what its answers mean, as far as the other model and the pictures tell.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "study/localize/contract/input_map.h"

namespace dlas::study::localize {

struct Contract {
  std::string input_layout_a, input_layout_b;  // "NCHW", "NHWC", or ""
  std::string output_scale_a, output_scale_b;  // "scores", "probabilities", ...
  std::int64_t outputs_a = 0, outputs_b = 0;   // how many
  std::int64_t classes_a = 0, classes_b = 0;   // of the first output, 0 where it gives none
  bool inputs_fit = true;                      // the target gets what it needs to compute what the source computes
  std::string recipe;                          // what the target needs, as a recipe, where that is not what it gets
  std::optional<InputMap> needs;  // from the source's input to the one that the target needs, where that is another
  std::vector<std::string> evidence;
};

}  // namespace dlas::study::localize
