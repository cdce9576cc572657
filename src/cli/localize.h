// The findings of a localisation for the terminal.
#pragma once

#include <string>

#include "study/localize/localize.h"

namespace dlas::cli {

// The first line answers the question; then the findings in rank order with their figures.
std::string localize_text(const study::Localization& result);

}  // namespace dlas::cli
