// The equation of Einsum, taken apart: which axis of which input has which letter.                  ONNX Einsum, opset 12 to 28
//
// "ij,jk->ik": letters that the output lacks are summed. Without "->" the output has the letters that appear once, in
// ASCII order. "..." stands for the axes that no letter names; they broadcast, and come first in an implicit output.
#pragma once

#include <map>
#include <vector>

#include "model/op/op.h"

namespace dlas::op {

struct Equation {
  // By axis: a letter, or for an axis of an ellipsis kEllipsis plus its place counted from the right.
  std::vector<std::vector<int>> inputs;
  std::vector<int> output;
  std::vector<int> summed;  // letters of the inputs that the output lacks
};
inline constexpr int kEllipsis = 256;

// Errors: attribute "equation"; an input with another number of axes than its term.
Result<Equation> parse_equation(const Site& site, std::string_view text, const Types& in);

// The size of each letter. Errors: an input where two sizes of one letter differ (1 broadcasts in an ellipsis only).
Result<std::map<int, Dim>> letter_sizes(const Site& site, const Equation& equation, const Types& in);

}  // namespace dlas::op
