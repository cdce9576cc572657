// A comparison for the terminal.
#pragma once

#include <string>

#include "study/compare/diff.h"

namespace dlas::cli {

// The first line answers the question; then the figures; then where to read on.
std::string diff_text(const study::Difference& difference);

}  // namespace dlas::cli
