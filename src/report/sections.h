// The parts of a comparison's page, from top to bottom; each is a file of its own and "" when there is nothing to say.
// All take the JSON that study::parse_diff accepted and trust nothing in it beyond what that checks.
#pragma once

#include <string>

#include "report/field.h"

namespace dlas::report {

std::string verdict_section(const Json& diff);
std::string figures_section(const Json& diff);
std::string curve_section(const Json& diff);
std::string graphs_section(const Json& diff);
std::string pictures_section(const Json& diff);
std::string confusion_section(const Json& diff);
std::string values_section(const Json& diff);
std::string gaps_section(const Json& diff);    // what was not compared
std::string origin_section(const Json& diff);  // how it was made

// Position in values[] of the first that diverges; nothing when none does.
std::optional<std::size_t> first_divergence(const Json& diff);

}  // namespace dlas::report
