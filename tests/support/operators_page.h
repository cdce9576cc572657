// docs/operators.md: every operator of the table, with how many of ONNX's cases it occurs in and passes.
#pragma once

#include <string>
#include <vector>

#include "support/onnx_backend.h"

namespace dlas::testing {

std::string operators_page(const std::vector<OnnxOutcome>& outcomes);

}  // namespace dlas::testing
