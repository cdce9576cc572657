#include "report/page.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/field.h"

namespace dlas::report {
namespace {

using nlohmann::json;

constexpr std::size_t kMostFlips = 500;  // rows on the page; the JSON has all

constexpr char kStyle[] = R"(
:root{color-scheme:light dark;--ink:#1b1f24;--paper:#fff;--soft:#f2f4f7;--line:#d5dae1;--good:#1a7f4b;--bad:#c0392b;--mid:#9a6700}
@media (prefers-color-scheme:dark){:root{--ink:#e6e9ee;--paper:#14171b;--soft:#1e2329;--line:#353c45;--good:#4cc38a;--bad:#ff7b6b;--mid:#e3b341}}
body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:960px;margin:2rem auto;padding:0 1rem}
h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}
.verdict{padding:1rem;border-left:6px solid;background:var(--soft);font-size:1.15rem}
.ok{border-color:var(--good)}.explained{border-color:var(--mid)}.fault{border-color:var(--bad)}
table{border-collapse:collapse;width:100%;font-size:.9rem}th,td{text-align:left;padding:.25rem .5rem;border-bottom:1px solid var(--line);overflow-wrap:anywhere}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
tr.diverges td{color:var(--bad)}tr.first td{font-weight:bold;background:var(--soft)}
.scroll{overflow-x:auto}svg{width:100%;height:auto;background:var(--soft)}svg text{font-size:12px;fill:var(--ink)}
.grid{stroke:var(--line)}.error{fill:none;stroke:var(--ink);stroke-width:1.5}.floor{fill:none;stroke:var(--mid);stroke-dasharray:5 4}
.good{fill:var(--good)}.bad{fill:var(--bad)}
@media print{body{max-width:none;margin:0}.scroll{overflow:visible}tr{break-inside:avoid}}
)";

std::string row(std::string_view what, std::string_view a, std::string_view b = "") {
  return fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td></tr>\n", what, a, b);
}

std::string_view mood(const std::string& verdict) {
  if (verdict == "identical") return "ok";
  return verdict == "different" ? "fault" : "explained";
}

std::string verdict_part(const json& diff) {
  const std::string verdict = escaped(diff, "verdict");
  std::string out = fmt::format("<p class=\"verdict {}\"><strong id=\"verdict\">{}</strong>", mood(verdict), verdict);
  const json& top1 = field(diff, "top1");
  if (top1.is_object())
    out += fmt::format("<br>{:.0f} of {:.0f} images have another answer: {} (95 %: {} to {}), {:.0f} of them near ties",
                       number(top1, "differ").value_or(0), number(diff, "images").value_or(0),
                       percent(number(top1, "rate")), percent(number(top1, "low")), percent(number(top1, "high")),
                       number(top1, "near_ties").value_or(0));
  const json& first = field(diff, "first_divergence");
  if (first.is_object())
    out += fmt::format(
        "<br>first divergence: <a href=\"#first\">{} ({})</a>, relative error {} where noise explains {}",
        escaped(first, "a"), escaped(first, "op_a"), shown(number(first, "relative")), shown(number(first, "floor")));
  return out + "</p>\n";
}

std::string with_interval(const json& object, const char* value, const char* low, const char* high) {
  return fmt::format("{} ({} to {})", percent(number(object, value)), percent(number(object, low)),
                     percent(number(object, high)));
}

std::string time_text(const json& side) {
  const json& time = field(side, "milliseconds");
  return fmt::format("{} ms ({} to {})", shown(number(time, "median")), shown(number(time, "low")),
                     shown(number(time, "high")));
}

std::string figures_part(const json& diff) {
  const json &a = field(diff, "a"), &b = field(diff, "b"), &accuracy = field(diff, "accuracy");
  std::string out = "<h2>Figures</h2><div class=\"scroll\"><table><tr><th></th><th>A</th><th>B</th></tr>\n";
  out += row("model", escaped(a, "name"), escaped(b, "name"));
  out += row("recipe", escaped(a, "recipe"), escaped(b, "recipe"));
  out += row("computed by", escaped(a, "executor"), escaped(b, "executor"));
  if (accuracy.is_object()) {
    out += row("accuracy, 95 % interval", with_interval(accuracy, "a", "a_low", "a_high"),
               with_interval(accuracy, "b", "b_low", "b_high"));
    out += row("right alone", shown(number(accuracy, "only_a")), shown(number(accuracy, "only_b")));
    out += row("McNemar's exact test", "p = " + shown(number(accuracy, "mcnemar_p")));
  }
  out += row("time an image, median", time_text(a), time_text(b));
  if (field(diff, "scores").is_object()) {
    out += row("distance of scores", "largest " + shown(number(field(diff, "scores"), "largest")) + ", mean " +
                                         shown(number(field(diff, "scores"), "mean")));
    out += row("rank-biased overlap, top 5", shown(number(field(diff, "top5"), "rank_biased_overlap")));
  }
  return out + "</table></div>\n";
}

std::string values_part(const json& diff) {
  const json& values = field(diff, "values");
  if (values.empty()) return "";
  std::string out = "<h2>From inputs to outputs</h2>\n" + curve(diff) +
                    "<p>Solid: relative error. Dashed: what rounding and quantisation explain.</p>"
                    "<div class=\"scroll\"><table><tr><th class=\"n\">#</th><th>value of A</th><th>value of B</th>"
                    "<th>operators</th><th class=\"n\">relative error</th><th class=\"n\">largest</th>"
                    "<th class=\"n\">floor</th></tr>\n";
  bool first = true;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const json& value = values[i];
    const bool diverges = flag(value, "diverges");
    const char* tag = !diverges ? "<tr>"
                      : first   ? "<tr id=\"first\" class=\"diverges first\">"
                                : "<tr class=\"diverges\">";
    if (diverges) first = false;
    out += fmt::format(
        "{}<td class=\"n\">{}</td><td>{}</td><td>{}</td><td>{} / {}</td><td class=\"n\">{}</td>"
        "<td class=\"n\">{}</td><td class=\"n\">{}</td></tr>\n",
        tag, i, escaped(value, "a"), escaped(value, "b"), escaped(value, "op_a"), escaped(value, "op_b"),
        shown(number(value, "relative")), shown(number(value, "largest")), shown(number(value, "floor")));
  }
  return out + "</table></div>\n";
}

std::string flips_part(const json& diff) {
  const json& flips = field(diff, "flips");
  if (flips.empty()) return "";
  std::string out =
      "<h2>Images with another answer</h2><div class=\"scroll\"><table><tr><th>image</th><th>A says</th><th>B says</th>"
      "<th>label</th><th class=\"n\">margin of A</th><th class=\"n\">distance</th><th>kind</th></tr>\n";
  for (std::size_t i = 0; i < std::min(flips.size(), kMostFlips); ++i)
    out += fmt::format(
        "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td>"
        "<td>{}</td></tr>\n",
        escaped(flips[i], "image"), escaped(flips[i], "a"), escaped(flips[i], "b"), escaped(flips[i], "label"),
        shown(number(flips[i], "margin")), shown(number(flips[i], "deviation")),
        flag(flips[i], "near_tie") ? "near tie" : "clear");
  out += "</table></div>\n";
  if (flips.size() > kMostFlips)
    out += fmt::format("<p>{} more are in the JSON file.</p>\n", flips.size() - kMostFlips);
  return out;
}

std::string environment_part(const json& diff) {
  const json& environment = field(diff, "environment");
  std::string out = "<h2>Environment</h2><div class=\"scroll\"><table>\n" + row("data", escaped(diff, "data")) +
                    row("seed", shown(number(diff, "seed")));
  for (const char* key : {"dlas", "compiler", "build", "target"}) out += row(key, escaped(environment, key));
  for (const json& note : field(diff, "notes")) out += row("note", escaped(json{{"text", note}}, "text"));
  return out + "</table></div>\n";
}

}  // namespace

std::string page(const json& diff) {
  return fmt::format(
             "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
             "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
             "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
             "<title>{0}: {1} and {2}</title>\n<style>{3}</style></head><body>\n"
             "<h1>Do {1} and {2} agree?</h1>\n",
             escaped(diff, "verdict"), escaped(field(diff, "a"), "name"), escaped(field(diff, "b"), "name"), kStyle) +
         verdict_part(diff) + figures_part(diff) + values_part(diff) + flips_part(diff) + environment_part(diff) +
         "</body></html>\n";
}

}  // namespace dlas::report
