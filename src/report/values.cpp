// All matched values as a table; the dots of the curve and the boxes of the graphs lead here.
#include <fmt/format.h>

#include "base/text.h"
#include "report/name.h"
#include "report/sections.h"

namespace dlas::report {
namespace {

constexpr std::size_t kOpen = 60;  // longer tables are behind a click
constexpr std::size_t kMostRows = 20'000;

// A type without its quantisation; the whole stands in the title.
std::string type(const std::string& whole) {
  const std::string head = whole.substr(0, whole.find(" q("));
  return "<code title=\"" + for_html(whole) + "\">" + for_html(shortened(head, 26)) + "</code>";
}

std::string types(const Json& value) {
  const std::string of_a = raw_text(value, "type_a"), of_b = raw_text(value, "type_b");
  return of_a == of_b ? type(of_a) : type(of_a) + "<br>" + type(of_b);
}

std::string both(const Json& value, const char* a, const char* b, std::size_t longest) {
  const std::string of_a = raw_text(value, a), of_b = raw_text(value, b);
  if (of_a == of_b) return name(of_a, longest);
  return name(of_a, longest) + "<br>" + name(of_b, longest);
}

std::string ratio(const Json& value) {
  const auto error = number(value, "relative"), floor = number(value, "floor");
  return error && floor && *floor > 0 ? shown(*error / *floor) + "&#8239;×" : "–";
}

std::string exactly(const Json& value, const char* key) {
  return data(nullptr, field(value, key), shown(number(value, key)));
}

std::string row(const Json& value, std::size_t at, bool first) {
  return fmt::format(
      "<tr id=\"v{}\"{}><td class=\"n\">{}</td><td>{}</td><td>{}</td><td>{}</td><td class=\"n\">{}</td><td "
      "class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td></tr>\n",
      at + 1,
      first                     ? " class=\"over first\""
      : flag(value, "diverges") ? " class=\"over\""
                                : "",
      at + 1, both(value, "a", "b", 40), both(value, "op_a", "op_b", 24), types(value), exactly(value, "relative"),
      exactly(value, "floor"), ratio(value), exactly(value, "largest"));
}

}  // namespace

std::string values_section(const Json& diff) {
  const Json& values = list(diff, "values");
  if (values.empty()) return "";
  const auto first = first_divergence(diff);
  std::string out = fmt::format(
      "<section>\n<h2>All matched values</h2>\n<details{}><summary>{} values; where A and B have other names, types or "
      "operators, B's stand below</summary>\n<div class=\"scroll\"><table class=\"values\">\n<thead><tr><th "
      "scope=\"col\" "
      "class=\"n\">#</th><th scope=\"col\">value</th><th scope=\"col\">operator</th><th scope=\"col\">type</th><th "
      "scope=\"col\" class=\"n\">relative error</th><th scope=\"col\" class=\"n\">explained</th><th scope=\"col\" "
      "class=\"n\">ratio</th><th scope=\"col\" class=\"n\">largest error</th></tr></thead>\n<tbody>\n",
      values.size() <= kOpen ? " open" : "", values.size());
  for (std::size_t i = 0; i < values.size(); ++i)
    if (i < kMostRows || first == i) out += row(values[i], i, first == i);
  out += "</tbody></table></div>\n";
  if (values.size() > kMostRows)
    out += fmt::format("<p>{} more are in the JSON file.</p>\n", values.size() - kMostRows);
  return out + "</details>\n</section>\n";
}

}  // namespace dlas::report
