#include "report/field.h"

#include <fmt/format.h>

#include "base/text.h"

namespace dlas::report {

const nlohmann::json& field(const nlohmann::json& object, const char* key) {
  static const nlohmann::json kNothing;
  if (!object.is_object()) return kNothing;
  const auto found = object.find(key);
  return found == object.end() ? kNothing : *found;
}

std::optional<double> number(const nlohmann::json& object, const char* key) {
  const nlohmann::json& value = field(object, key);
  return value.is_number() ? std::optional(value.get<double>()) : std::nullopt;
}

std::string escaped(const nlohmann::json& object, const char* key) {
  const nlohmann::json& value = field(object, key);
  return value.is_string() ? for_html(value.get_ref<const std::string&>()) : "";
}

std::string shown(std::optional<double> number) { return number ? significant(*number) : "-"; }

std::string percent(std::optional<double> rate) { return rate ? fmt::format("{:.2f} %", *rate * 100) : "-"; }

bool flag(const nlohmann::json& object, const char* key) {
  const nlohmann::json& value = field(object, key);
  return value.is_boolean() && value.get<bool>();
}

}  // namespace dlas::report
