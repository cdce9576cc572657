// What NegativeLogLikelihoodLoss and SoftmaxCrossEntropyLoss share.                                      ONNX opset 12 to 22
//
// Log-probabilities [N, C, places...], targets [N, places...], weights [C] or absent (1). Each place has the loss
// -w[target] x[target]; a target of ignore_index has loss and weight 0. mean divides by the sum of the weights.
#pragma once

#include <array>
#include <optional>
#include <span>

#include "model/op/op.h"

namespace dlas::op {

enum class LossReduction { none, sum, mean };
inline constexpr std::array<std::string_view, 3> kLossReductions{"none", "sum", "mean"};

struct LossAttributes {
  std::optional<std::int64_t> ignore_index;
  LossReduction reduction = LossReduction::mean;
  void fields(auto& f) {
    f("ignore_index", ignore_index);
    f("reduction", reduction, kLossReductions);
  }
};

// The type of the loss. Inputs: values, targets, weights.
Result<Type> loss_type(const Site& site, const Types& in);

// Writes output 0. Errors: a target that is no class.
Status write_loss(const Call& call, std::span<const double> log_probabilities);

}  // namespace dlas::op
