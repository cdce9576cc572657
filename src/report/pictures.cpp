// The pictures with another answer: what both models say, and the picture itself.
#include <fmt/format.h>

#include <algorithm>

#include "base/base64.h"
#include "base/text.h"
#include "report/sections.h"

namespace dlas::report {
namespace {

constexpr std::size_t kMostRows = 500;  // without a picture; the JSON has all
constexpr std::size_t kOpenCards = 24;  // the rest is behind a click
constexpr std::string_view kPng = "\x89PNG\r\n\x1a\n";

// Only what is a PNG file by its first bytes becomes an image of the page.
bool has_picture(const Json& flip) {
  const auto bytes = from_base64(raw_text(flip, "png"));
  return bytes && bytes->starts_with(kPng);
}

// Pictures of a few pixels are shown as squares, larger ones smoothly. The width stands in bytes 16 to 19 of the file.
bool is_tiny(const Json& flip) {
  constexpr unsigned char kTiny = 48;
  const std::string start = from_base64(raw_text(flip, "png").substr(0, 32)).value_or("");
  return start.size() > 19 && start.substr(16, 3) == std::string(3, '\0') &&
         static_cast<unsigned char>(start[19]) <= kTiny;
}

std::string answer(const char* side, const Json& flip, const char* key) {
  const Json& label = field(flip, "label");
  const bool right = label.is_string() && label == field(flip, key);
  return fmt::format("<div><dt>{}</dt><dd{}>{}{}</dd></div>", side, right ? " class=\"right\"" : "", escaped(flip, key),
                     right ? "<span class=\"unseen\"> (right)</span>" : "");
}

std::string card(const Json& flip) {
  const std::string image = escaped(flip, "image");
  std::string out =
      fmt::format("<li class=\"card\"><img{} alt=\"{}\" title=\"{}\" src=\"data:image/png;base64,{}\"><dl>",
                  is_tiny(flip) ? " class=\"tiny\"" : "", image, image, raw_text(flip, "png"));
  out += answer("<abbr class=\"side\">A</abbr>", flip, "a") + answer("<abbr class=\"side\">B</abbr>", flip, "b");
  if (field(flip, "label").is_string())
    out += fmt::format("<div><dt>label</dt><dd>{}</dd></div>", escaped(flip, "label"));
  return out + fmt::format("</dl>{}</li>\n", flag(flip, "near_tie") ? "<p class=\"tag\">near tie</p>" : "");
}

std::string table(const std::vector<const Json*>& flips) {
  std::string out =
      "<div class=\"scroll\"><table><thead><tr><th scope=\"col\">picture</th><th scope=\"col\">A says</th><th "
      "scope=\"col\">B says</th><th scope=\"col\">label</th><th scope=\"col\" class=\"n\">margin of A</th><th "
      "scope=\"col\">kind</th></tr></thead>\n<tbody>\n";
  for (std::size_t i = 0; i < std::min(flips.size(), kMostRows); ++i) {
    const Json& flip = *flips[i];
    out += fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td class=\"n\">{}</td><td>{}</td></tr>\n",
                       escaped(flip, "image"), escaped(flip, "a"), escaped(flip, "b"), escaped(flip, "label"),
                       shown(number(flip, "margin")), flag(flip, "near_tie") ? "near tie" : "clear");
  }
  out += "</tbody></table></div>\n";
  if (flips.size() > kMostRows) out += fmt::format("<p>{} more are in the JSON file.</p>\n", flips.size() - kMostRows);
  return out;
}

std::string cards(const std::vector<const Json*>& flips) {
  std::string out;
  for (std::size_t i = 0; i < flips.size(); ++i) {
    if (i == 0) out += "<ul class=\"cards\">\n";
    if (i == kOpenCards)
      out +=
          fmt::format("</ul>\n<details><summary>{} more</summary>\n<ul class=\"cards\">\n", flips.size() - kOpenCards);
    out += card(*flips[i]);
  }
  if (!flips.empty()) out += "</ul>\n";
  return flips.size() > kOpenCards ? out + "</details>\n" : out;
}

}  // namespace

std::string pictures_section(const Json& diff) {
  std::vector<const Json*> with, without;
  for (const Json& flip : list(diff, "flips")) (has_picture(flip) ? with : without).push_back(&flip);
  if (with.empty() && without.empty()) return "";
  const auto margin = [](const Json* flip) { return -number(*flip, "margin").value_or(0); };
  std::ranges::stable_sort(with, {}, margin);
  std::string out = fmt::format(
      "<section>\n<h2>Pictures with another answer</h2>\n<p class=\"lead\">{}, those first that A was surest of. A "
      "near tie is "
      "a picture whose two best classes noise alone can turn.</p>\n",
      counted(static_cast<double>(with.size() + without.size())));
  out += cards(with);
  if (!without.empty() && with.empty()) out += table(without);
  if (!without.empty() && !with.empty())
    out += fmt::format("<details><summary>{} more, without picture</summary>\n{}</details>\n", without.size(),
                       table(without));
  return out + "</section>\n";
}

}  // namespace dlas::report
