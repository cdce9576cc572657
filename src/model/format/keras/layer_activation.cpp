// Layers that are activations, with their settings.
#include <fmt/format.h>

#include "model/format/keras/activation.h"
#include "model/format/keras/layer.h"

namespace dlas::keras {
namespace {

Outputs one(Result<ValueId> value) {
  if (!value.ok()) return std::move(value).error();
  return std::vector<ValueId>{*value};
}

// f(x) = top for x >= top; x for x >= threshold; slope (x - threshold) below. Keras 2 lets the top cut the negative part off
// only after its own clip, which is the same for slopes of at least 0.
Result<ValueId> general_relu(const Draft& d, Build& b, ValueId x, double slope, std::optional<double> top,
                             double threshold) {
  const ValueId t = b.scalar(d, "threshold", threshold, x), zero = b.scalar(d, "zero", 0, x);
  DLAS_ASSIGN(const ValueId above, b.add(d, "GreaterOrEqual", "GreaterOrEqual", {}, {x, t}));
  ValueId below = zero;
  if (slope != 0) {
    DLAS_ASSIGN(below, b.add(d, "Sub", "Sub", {}, {x, t}));
    DLAS_ASSIGN(below, b.add(d, "Mul", "Mul", {}, {below, b.scalar(d, "slope", slope, x)}));
  }
  DLAS_ASSIGN(const ValueId y, b.add(d, top ? "Where" : "", "Where", {}, {above, x, below}));
  if (!top) return y;
  return b.add(d, "", "Min", {}, {y, b.scalar(d, "top", *top, x)});
}

}  // namespace

Outputs activation_layer(Draft& draft, Build& build) {
  DLAS_ASSIGN(const ValueId x, one_input(draft));
  DLAS_ASSIGN(const Activation activation, activation_of(draft.settings.json("activation")));
  if (activation.linear()) return identity(draft, build);
  return one(activate(draft, build, "", activation, x));
}

Outputs relu_layer(Draft& draft, Build& build) {
  DLAS_ASSIGN(const ValueId x, one_input(draft));
  Settings& s = draft.settings;
  const double slope = s.reals("negative_slope").empty() ? 0 : s.reals("negative_slope")[0];
  const double threshold = s.real("threshold", 0);
  std::optional<double> top;
  if (s.has("max_value")) top = s.real("max_value", 0);
  DLAS_TRY(s.status());
  if (threshold == 0 && slope == 0 && !top) return one(build.add(draft, "", "Relu", {}, {x}));
  if (threshold == 0 && slope == 0 && *top == 6) return one(build.add(draft, "", "Relu6", {}, {x}));
  if (threshold == 0 && !top) return one(build.add(draft, "", "LeakyRelu", {{"alpha", slope}}, {x}));
  return one(general_relu(draft, build, x, slope, top, threshold));
}

Outputs leaky_relu(Draft& draft, Build& build) {
  DLAS_ASSIGN(const ValueId x, one_input(draft));
  Settings& s = draft.settings;
  const double alpha = s.real(s.has("alpha") ? "alpha" : "negative_slope", 0.3);
  DLAS_TRY(s.status());
  return one(build.add(draft, "", "LeakyRelu", {{"alpha", alpha}}, {x}));
}

Outputs prelu(Draft& draft, Build& build) {
  DLAS_ASSIGN(const ValueId x, one_input(draft));
  return one(build.add(draft, "", "PRelu", {}, {x, draft.weight("alpha")}));
}

Outputs elu(Draft& draft, Build& build) {
  DLAS_ASSIGN(const ValueId x, one_input(draft));
  const double alpha = draft.settings.real("alpha", 1);
  DLAS_TRY(draft.settings.status());
  return one(build.add(draft, "", "Elu", {{"alpha", alpha}}, {x}));
}

Outputs softmax(Draft& draft, Build& build) {
  DLAS_ASSIGN(const ValueId x, one_input(draft));
  const auto axes = draft.settings.integers("axis");
  if (axes.size() > 1) draft.settings.refuse("axis", "a softmax along one axis");
  DLAS_TRY(draft.settings.status());
  return one(build.add(draft, "", "Softmax", {{"axis", axes.empty() ? std::int64_t{-1} : axes[0]}}, {x}));
}

Outputs thresholded_relu(Draft& draft, Build& build) {
  DLAS_ASSIGN(const ValueId x, one_input(draft));
  const double theta = draft.settings.real("theta", 1);
  DLAS_TRY(draft.settings.status());
  return one(build.add(draft, "", "ThresholdedRelu", {{"alpha", theta}}, {x}));
}

}  // namespace dlas::keras
