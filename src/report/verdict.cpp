// The verdict in plain words, and the two or three facts behind it.
#include <fmt/format.h>

#include "base/text.h"
#include "report/sections.h"

namespace dlas::report {
namespace {

struct Saying {
  const char *verdict, *mood, *headline;
};

constexpr Saying kSayings[] = {
    {"identical", "good", "The models are identical on these data"},
    {"explained by rounding", "good", "The models agree, up to rounding"},
    {"explained by quantisation", "fair", "The models agree as far as quantisation lets them"},
    {"different", "bad", "The models differ"},
};

Saying saying(const std::string& verdict) {
  for (const Saying& one : kSayings)
    if (verdict == one.verdict) return one;
  return {"", "bad", "The verdict is not one that this program knows"};
}

std::string labels_line(const Json& diff) {
  const Json& top1 = field(diff, "top1");
  if (!top1.is_object()) return "";
  const double differ = number(top1, "differ").value_or(0);
  std::string out =
      fmt::format("<li><strong>{} of {} pictures</strong> get another label: {}, 95&#8239;% interval {} to {}.",
                  counted(differ), counted(number(diff, "images")), percent(number(top1, "rate")),
                  percent(number(top1, "low")), percent(number(top1, "high")));
  if (const auto ties = number(top1, "near_ties"); ties && differ > 0)
    out += *ties == 0   ? " None of them is a near tie."
           : *ties == 1 ? " One of them is a near tie."
                        : fmt::format(" {} of them are near ties.", counted(ties));
  return out + "</li>\n";
}

std::string divergence_line(const Json& diff) {
  const auto first = first_divergence(diff);
  const Json& values = list(diff, "values");
  if (!first)
    return values.empty()
               ? "<li>No value of one graph could be matched with one of the other.</li>\n"
               : fmt::format("<li>None of the {} matched values leaves the noise floor.</li>\n", values.size());
  const Json& value = values[*first];
  return fmt::format(
      "<li>They part at <a href=\"#graph-a-first\">{} {}</a>, value {} of {}: relative error <strong>{}</strong>, "
      "where "
      "arithmetic explains {}.</li>\n",
      escaped(value, "op_a"), name(raw_text(value, "a"), 48), *first + 1, values.size(),
      shown(number(value, "relative")), shown(number(value, "floor")));
}

std::string unstable_line(const Json& diff) {
  std::string out;
  for (const char* side : {"a", "b"}) {
    const Json& agrees = field(field(diff, side), "agrees_with_itself");
    if (agrees.is_boolean() && !agrees.get<bool>())
      out += fmt::format(
          "<li><strong>{} disagrees with itself</strong>: the same picture twice gives two answers. "
          "Nothing below can be trusted before that is mended.</li>\n",
          *side == 'a' ? "A" : "B");
  }
  return out;
}

}  // namespace

std::optional<std::size_t> first_divergence(const Json& diff) {
  const Json& values = list(diff, "values");
  for (std::size_t i = 0; i < values.size(); ++i)
    if (flag(values[i], "diverges")) return i;
  return std::nullopt;
}

std::string verdict_section(const Json& diff) {
  const std::string verdict = raw_text(diff, "verdict");
  const Saying words = saying(verdict);
  std::string out = fmt::format(
      "<header class=\"verdict {}\">\n<p class=\"eyebrow\">Comparison of two models · <span "
      "id=\"verdict\">{}</span></p>\n<h1>{}</h1>\n<ul>\n",
      words.mood, for_html(verdict), words.headline);
  out += unstable_line(diff) + labels_line(diff) + divergence_line(diff) + "</ul>\n<dl class=\"sides\">\n";
  for (const char* side : {"a", "b"})
    out += fmt::format("<div><dt><abbr class=\"side\">{}</abbr></dt><dd>{}</dd></div>\n", *side == 'a' ? "A" : "B",
                       name(raw_text(field(diff, side), "name"), 120));
  return out + "</dl>\n</header>\n";
}

}  // namespace dlas::report
