// Which answer turned into which: pairs with their numbers.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.h"
#include "report/sections.h"

namespace dlas::report {
namespace {

constexpr std::size_t kMostPairs = 15;

struct Pair {
  std::string a, b;
  std::size_t count = 0;
};

std::vector<Pair> pairs(const Json& flips) {
  std::map<std::pair<std::string, std::string>, std::size_t> counts;
  for (const Json& flip : flips) ++counts[{raw_text(flip, "a"), raw_text(flip, "b")}];
  std::vector<Pair> out;
  for (const auto& [key, count] : counts) out.push_back({key.first, key.second, count});
  std::ranges::stable_sort(out, std::greater(), &Pair::count);
  return out;
}

std::string bar(std::size_t count, std::size_t most) {
  const double width = 160.0 * static_cast<double>(count) / static_cast<double>(most);
  return fmt::format(
      "<svg class=\"bar\" viewBox=\"0 0 160 10\" width=\"160\" height=\"10\" aria-hidden=\"true\"><rect "
      "width=\"{:.1f}\" height=\"10\" rx=\"2\"/></svg>",
      width);
}

}  // namespace

std::string confusion_section(const Json& diff) {
  const std::vector<Pair> all = pairs(list(diff, "flips"));
  if (all.empty()) return "";
  std::string out =
      "<section>\n<h2>Which answers turn</h2>\n<div class=\"scroll\"><table class=\"narrow\">\n<thead><tr><th "
      "scope=\"col\">A said</th><th scope=\"col\">B said</th><th scope=\"col\" class=\"n\">pictures</th><th "
      "scope=\"col\"><span class=\"unseen\">as a bar</span></th></tr></thead>\n<tbody>\n";
  std::size_t rest = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i >= kMostPairs) {
      rest += all[i].count;
      continue;
    }
    out += fmt::format("<tr><td>{}</td><td>{}</td><td class=\"n\">{}</td><td>{}</td></tr>\n", for_html(all[i].a),
                       for_html(all[i].b), all[i].count, bar(all[i].count, all[0].count));
  }
  out += "</tbody></table></div>\n";
  if (rest > 0)
    out += fmt::format("<p class=\"lead\">{} other pairs, {} pictures.</p>\n", all.size() - kMostPairs, rest);
  return out + "</section>\n";
}

}  // namespace dlas::report
