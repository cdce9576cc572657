// A comparison as JSON, schema "dlas.diff/1": docs/diff-json.md.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "study/compare/diff.h"

namespace dlas::study {

inline constexpr char kDiffSchema[] = "dlas.diff/1";

// Numbers that are not finite become null, text that is not UTF-8 is repaired.
nlohmann::ordered_json to_json(const Difference& difference);

// What somebody hands to `dlas report`: parsed, with the schema and the types of all fields that a page reads checked.
// Errors: format, limit (nesting).
Result<nlohmann::json> parse_diff(std::string_view text);

}  // namespace dlas::study
