// Activation functions by the name that Keras gives them.
#pragma once

#include "model/format/keras/build.h"

namespace dlas::keras {

// The name in a setting: "relu", or the function's in one of the two forms of an object; "linear" when absent.
// An object that is a layer (ReLU with a slope) has its settings in `settings`.
struct Activation {
  std::string name = "linear";
  const Json* settings = nullptr;
  bool linear() const { return name == "linear"; }
};
Result<Activation> activation_of(const Json& setting);

// activation(x), computed in the step `part`.  Errors: unsupported for a function that dlas does not know.
// Keras 2 and 3 differ: hard_sigmoid is clip(0.2 x + 0.5) in 2 and relu6(x + 3) / 6 in 3.
Result<ValueId> activate(const Draft& draft, Build& build, std::string_view part, const Activation& activation,
                         ValueId x);
std::vector<std::string_view> activation_names();  // sorted

}  // namespace dlas::keras
