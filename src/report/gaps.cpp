// What was assumed and what was not compared: values without a counterpart, and what the comparison itself noted.
#include <fmt/format.h>

#include <set>

#include "base/text.h"
#include "report/sections.h"

namespace dlas::report {
namespace {

constexpr std::size_t kMostNames = 200;

struct Unmatched {
  std::vector<std::string> lines;
  std::size_t all = 0, count = 0;
};

Unmatched unmatched(const Json& diff, const char* side) {
  std::set<std::string> matched;
  for (const Json& value : list(diff, "values")) matched.insert(raw_text(value, side));
  Unmatched out;
  for (const Json& box : list(field(field(diff, "graphs"), side), "boxes")) {
    if (raw_text(box, "op").empty()) continue;
    for (const Json& made : list(box, "makes")) {
      ++out.all;
      if (matched.contains(raw_text(made, "name"))) continue;
      if (++out.count <= kMostNames)
        out.lines.push_back(fmt::format("<li>{} {}</li>\n", escaped(box, "op"), name(raw_text(made, "name"), 72)));
    }
  }
  return out;
}

std::string side_part(const Json& diff, const char* side) {
  const Unmatched rest = unmatched(diff, side);
  if (rest.count == 0) return "";
  std::string out = fmt::format(
      "<details><summary><abbr class=\"side\">{}</abbr> {} of {} values have no counterpart</summary>"
      "\n<ul class=\"names\">\n",
      *side == 'a' ? "A" : "B", rest.count, rest.all);
  for (const std::string& line : rest.lines) out += line;
  if (rest.count > kMostNames) out += fmt::format("<li>and {} more</li>\n", rest.count - kMostNames);
  return out + "</ul></details>\n";
}

}  // namespace

std::string gaps_section(const Json& diff) {
  std::string notes;
  for (const Json& note : list(diff, "notes"))
    if (note.is_string()) notes += "<li>" + for_html(note.get<std::string>()) + "</li>\n";
  const std::string sides = side_part(diff, "a") + side_part(diff, "b");
  const bool known = field(diff, "graphs").is_object();  // else nobody can say what has no counterpart
  if (notes.empty() && sides.empty() && !known) return "";
  const char* lead =
      sides.empty() ? "Nothing was left out: every value of both graphs has a counterpart."
                    : "Reshaping, layout changes and the inside of fused nodes have no counterpart by their nature.";
  return "<section>\n<h2>What was assumed, and what was not compared</h2>\n" +
         (notes.empty() ? "" : "<ul>\n" + notes + "</ul>\n") +
         (known ? "<p class=\"lead\">" + std::string(lead) + "</p>\n" : "") + sides + "</section>\n";
}

}  // namespace dlas::report
