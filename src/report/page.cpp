#include "report/page.h"

#include <fmt/format.h>

#include "base/base64.h"
#include "base/text.h"
#include "report/sections.h"
#include "report_style.h"

namespace dlas::report {
namespace {

unsigned hex_digit(char c) { return static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10); }

// "sha256-..." as a content security policy wants it.
std::string style_source() {
  const std::string_view hex = kStyleSha256;
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes += static_cast<char>(hex_digit(hex[i]) << 4 | hex_digit(hex[i + 1]));
  return "sha256-" + base64(bytes);
}

std::string head(const Json& diff) {
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta "
      "http-equiv=\"Content-Security-Policy\" "
      "content=\"default-src 'none'; style-src '{}'; img-src data:; base-uri 'none'; form-action 'none'\">\n<meta "
      "name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light "
      "dark\">\n<title>{}: {} and {}</title>\n<style>{}</style>\n</head>\n",
      style_source(), escaped(diff, "verdict"), escaped(field(diff, "a"), "name"), escaped(field(diff, "b"), "name"),
      kStyle);
}

}  // namespace

std::string page(const Json& diff) {
  return head(diff) + "<body>\n<main>\n" + verdict_section(diff) + figures_section(diff) + curve_section(diff) +
         graphs_section(diff) + pictures_section(diff) + confusion_section(diff) + values_section(diff) +
         gaps_section(diff) + origin_section(diff) + "</main>\n</body>\n</html>\n";
}

}  // namespace dlas::report
