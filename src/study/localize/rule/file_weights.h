// Weights and bias of the normal form, written back to the constants of the target's file that they were made of.
#pragma once

#include "study/localize/rule/rule.h"

namespace dlas::study::localize {

// Edits after which the linear operator `normal` has these numbers (align/weights.h) in the normal form. Where the file multiplies each
// output channel behind it (batch normalisation, Mul), the factor is read off its present weights. Empty where the file's constant is
// not of this form.
std::vector<Edit> weight_edits(const Case& c, const Node& normal, const std::vector<float>& wanted);

// The same for its bias: the operator's own, or the constant of that many numbers that is added behind it last.
std::vector<Edit> bias_edits(const Case& c, const Node& normal, const std::vector<float>& wanted);

}  // namespace dlas::study::localize
