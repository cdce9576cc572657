#include "report/field.h"

#include <fmt/format.h>

#include <cmath>

#include "base/text.h"
#include "report/name.h"

namespace dlas::report {

const Json& field(const Json& object, const char* key) {
  static const Json kNothing;
  if (!object.is_object()) return kNothing;
  const auto found = object.find(key);
  return found == object.end() ? kNothing : *found;
}

const Json& list(const Json& object, const char* key) {
  static const Json kEmpty = Json::array();
  const Json& found = field(object, key);
  return found.is_array() ? found : kEmpty;
}

std::optional<double> number(const Json& object, const char* key) {
  const Json& value = field(object, key);
  return value.is_number() ? std::optional(value.get<double>()) : std::nullopt;
}

std::string raw_text(const Json& object, const char* key) {
  const Json& value = field(object, key);
  return value.is_string() ? value.get<std::string>() : "";
}

std::string escaped(const Json& object, const char* key) { return for_html(raw_text(object, key)); }

bool flag(const Json& object, const char* key) {
  const Json& value = field(object, key);
  return value.is_boolean() && value.get<bool>();
}

std::string shown(std::optional<double> number) {
  if (!number || !std::isfinite(*number)) return "not finite";
  const double size = std::abs(*number);
  if (size == 0 || (size >= 0.001 && size < 999.5)) return fmt::format("{:.3g}", *number);
  if (size >= 999.5 && size < 999'500) {
    const double unit = std::pow(10.0, std::floor(std::log10(size)) - 2);  // of the third digit
    return (*number < 0 ? "−" : "") +
           thousands(static_cast<std::uint64_t>(std::llround(size / unit) * std::llround(unit)));
  }
  int power = static_cast<int>(std::floor(std::log10(size)));
  std::string digits = fmt::format("{:.2g}", *number / std::pow(10.0, power));
  if (digits == "10" || digits == "-10") {
    ++power;
    digits.pop_back();
  }
  return fmt::format("{}&#8239;×&#8239;10<sup>{}{}</sup>", digits, power < 0 ? "−" : "", std::abs(power));
}

std::string percent(std::optional<double> rate) {
  if (!rate || !std::isfinite(*rate)) return "–";
  const double hundred = *rate * 100;
  if (hundred == 0 || hundred == 100) return fmt::format("{:.0f}&#8239;%", hundred);
  if (hundred < 0.01) return fmt::format("{:.2g}&#8239;%", hundred);
  return fmt::format("{:.{}f}&#8239;%", hundred, hundred < 0.995 ? 2 : 1);
}

std::string counted(std::optional<double> count) {
  if (!count || !(*count >= 0) || *count > 9e15) return "–";
  return thousands(static_cast<std::uint64_t>(*count));
}

std::string plain(std::optional<double> number) {
  return number && std::isfinite(*number) ? significant(*number) : "not finite";
}

std::string data(const char* id, const Json& exact, const std::string& text) {
  const std::string named = id ? fmt::format(" id=\"{}\"", id) : "";
  return fmt::format("<data{} value=\"{}\">{}</data>", named, exact.is_number() ? exact.dump() : "", text);
}

std::string name(const std::string& raw, std::size_t longest) {
  const std::string cut = shortened(raw, longest);
  if (cut == raw) return "<code>" + for_html(raw) + "</code>";
  return "<code title=\"" + for_html(raw) + "\">" + for_html(cut) + "</code>";
}

}  // namespace dlas::report
