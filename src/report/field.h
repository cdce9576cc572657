// Reading fields of a comparison's JSON that may be missing or of another type, safe for HTML.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace dlas::report {

const nlohmann::json& field(const nlohmann::json& object, const char* key);  // null when it is not there
std::optional<double> number(const nlohmann::json& object, const char* key);
std::string escaped(const nlohmann::json& object, const char* key);  // a text for HTML; "" for anything else
std::string shown(std::optional<double> number);                     // three digits; "-" for none
std::string percent(std::optional<double> rate);
bool flag(const nlohmann::json& object, const char* key);

}  // namespace dlas::report
