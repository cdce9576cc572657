#include "study/localize/finding.h"

namespace dlas::study::localize {

std::string_view text(Category category) {
  switch (category) {
    case Category::preprocessing: return "preprocessing";
    case Category::input_dimensions: return "input dimensions";
    case Category::tensor_structure: return "tensor shape and structure";
    case Category::weights: return "weights and biases";
    case Category::hyperparameters: return "layer hyperparameters";
    case Category::graph: return "computational graph";
  }
  return "computational graph";
}

}  // namespace dlas::study::localize
