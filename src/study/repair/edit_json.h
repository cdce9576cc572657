// Edits as JSON, for patch files and reports. docs/repair.md has the fields.
#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "study/repair/edit.h"

namespace dlas::study {

// Integers, floats, booleans and texts as themselves, a list of integers as a list; {"floats": [..]}, {"texts": [..]},
// {"dtype": "float32"}, {"dtype", "shape", "base64"} for a tensor; {"bytes": base64} for a text that is no UTF-8; floats
// that JSON has not as {"float": "nan"}.
nlohmann::ordered_json to_json(const AttributeValue& value);
nlohmann::ordered_json to_json(const Edit& edit);

// Errors: format with the field.
Result<AttributeValue> value_from_json(const nlohmann::ordered_json& json);
Result<Edit> edit_from_json(const nlohmann::ordered_json& json);
Result<std::vector<Edit>> edits_from_json(const nlohmann::ordered_json& json);

}  // namespace dlas::study
