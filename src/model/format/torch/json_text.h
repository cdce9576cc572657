// JSON of an archive, parsed within budgets: nesting, and what the parsed form takes.
#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

#include "base/result.h"

namespace dlas::torch {

// Errors: format for what is no JSON; limit for deeper nesting than limits().json_depth, or a document whose values take
//         more than limits().parsed_bytes.
// Cost:   linear.
Result<nlohmann::json> parse_json(std::string_view text);

// A member of an object, or null.
const nlohmann::json* member(const nlohmann::json& object, const char* key);
// Text and integers of the right kind.  Errors: format that names the key.
Result<std::string> text_member(const nlohmann::json& object, const char* key);
Result<std::int64_t> integer_member(const nlohmann::json& object, const char* key);
Error wrong_json(std::string_view expected);

}  // namespace dlas::torch
