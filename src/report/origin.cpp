// How the comparison was made: enough to make it again.
#include <fmt/format.h>

#include "base/text.h"
#include "report/sections.h"

namespace dlas::report {
namespace {

std::string row(std::string_view what, const std::string& html) {
  return html.empty() ? "" : fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n", what, html);
}

std::string side_rows(const Json& diff, const char* side) {
  const Json& of_side = field(diff, side);
  const std::string letter = fmt::format("<abbr class=\"side\">{}</abbr> ", *side == 'a' ? "A" : "B");
  return row(letter + "model", "<code>" + escaped(of_side, "name") + "</code>") +
         row(letter + "recipe", "<code>" + escaped(of_side, "recipe") + "</code>") +
         row(letter + "computed by", escaped(of_side, "executor"));
}

}  // namespace

std::string origin_section(const Json& diff) {
  const Json& environment = field(diff, "environment");
  std::string out = "<section>\n<h2>How this was made</h2>\n";
  if (field(diff, "command").is_string())
    out += "<pre class=\"command\" tabindex=\"0\"><code>" + escaped(diff, "command") + "</code></pre>\n";
  out += "<div class=\"scroll\"><table class=\"facts\"><tbody>\n" + side_rows(diff, "a") + side_rows(diff, "b");
  out += row("data", escaped(diff, "data"));
  if (field(diff, "seed").is_number())
    out += row("seed", data("seed", field(diff, "seed"), field(diff, "seed").dump()));
  for (const char* key : {"dlas", "compiler", "build", "target"}) out += row(key, escaped(environment, key));
  return out + "</tbody></table></div>\n</section>\n";
}

}  // namespace dlas::report
