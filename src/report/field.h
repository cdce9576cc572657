// Reading fields of a comparison's JSON that may be missing or of another type, and writing them into a page.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace dlas::report {

using Json = nlohmann::json;

const Json& field(const Json& object, const char* key);  // null when it is not there
const Json& list(const Json& object, const char* key);   // an empty list when it is none
std::optional<double> number(const Json& object, const char* key);
std::string raw_text(const Json& object, const char* key);  // "" for anything but a text; not escaped
std::string escaped(const Json& object, const char* key);   // the same for HTML
bool flag(const Json& object, const char* key);

// Numbers for people, as HTML. Nothing, or what was not finite, is "not finite".
std::string shown(std::optional<double> number);   // three digits: "0.12", "7.6 × 10⁻⁶"
std::string percent(std::optional<double> rate);   // "0.25 %", "5.0 %", "92.8 %"
std::string counted(std::optional<double> count);  // "1,000"
std::string plain(std::optional<double> number);   // three digits without mark-up, for titles: "7.63e-06"

// `text` in an element that also holds the exact number of the JSON: <data id="top1-rate" value="0.05">5.0 %</data>. The id may
// be null.
std::string data(const char* id, const Json& exact, const std::string& text);

// A name from a file: at most `longest` characters, the whole in the title.
std::string name(const std::string& raw, std::size_t longest);

}  // namespace dlas::report
