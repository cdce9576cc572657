// Functions in the graph of a model: operations of Keras 3 ("Add" of keras.ops) and functions of TensorFlow that Keras 2
// keeps as layers TFOpLambda ("math.multiply", "__operators__.add") and SlicingOpLambda.
#pragma once

#include "model/format/keras/build.h"

namespace dlas::keras {

// Errors: Code::unsupported for a function that dlas does not know.
Outputs operation(Draft& draft, Build& build, std::string_view function);
bool is_function_layer(std::string_view class_name);
std::vector<std::string_view> operation_names();  // sorted

}  // namespace dlas::keras
