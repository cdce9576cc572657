// Key figures with their intervals.
#include <fmt/format.h>

#include <algorithm>

#include "report/interval.h"
#include "report/sections.h"

namespace dlas::report {
namespace {

struct Figure {
  std::string what, value, range, picture;
};

std::string row(const Figure& f) {
  return fmt::format(
      "<tr><th scope=\"row\">{}</th><td class=\"n strong\">{}</td><td class=\"n\">{}</td><td>{}</td></tr>\n", f.what,
      f.value, f.range, f.picture);
}

std::string side(const char* letter) { return fmt::format("<abbr class=\"side\">{}</abbr>", letter); }

std::string rate_row(const std::string& what, const char* id, const Json& from, const char* value, const char* low,
                     const char* high, double least, double most) {
  if (!field(from, value).is_number()) return "";
  const auto at = number(from, value), l = number(from, low), h = number(from, high);
  return row({what, data(id, field(from, value), percent(at)), percent(l) + " to " + percent(h),
              interval_svg(at, l, h, least, most)});
}

// A round upper end for an axis of rates.
double axis_end(double most) {
  for (const double end : {0.01, 0.02, 0.05, 0.1, 0.2, 0.5})
    if (most <= end) return end;
  return 1;
}

std::string label_rows(const Json& diff) {
  const Json& top1 = field(diff, "top1");
  if (!top1.is_object()) return "";
  return rate_row("Labels that differ", "top1-rate", top1, "rate", "low", "high", 0,
                  axis_end(number(top1, "high").value_or(1)));
}

std::string accuracy_rows(const Json& diff) {
  const Json& accuracy = field(diff, "accuracy");
  if (!accuracy.is_object()) return "";
  const double least = std::min(number(accuracy, "a_low").value_or(0), number(accuracy, "b_low").value_or(0));
  const double most = std::max(number(accuracy, "a_high").value_or(1), number(accuracy, "b_high").value_or(1));
  const double gap = (most - least) / 4;
  std::string out =
      rate_row("Accuracy " + side("A"), "accuracy-a", accuracy, "a", "a_low", "a_high", least - gap, most + gap) +
      rate_row("Accuracy " + side("B"), "accuracy-b", accuracy, "b", "b_low", "b_high", least - gap, most + gap);
  return out +
         row({"Right in one alone",
              side("A") + " " + data("only-a", field(accuracy, "only_a"), counted(number(accuracy, "only_a"))) + " · " +
                  side("B") + " " + data("only-b", field(accuracy, "only_b"), counted(number(accuracy, "only_b"))),
              "McNemar p = " + data("mcnemar", field(accuracy, "mcnemar_p"), shown(number(accuracy, "mcnemar_p"))),
              ""});
}

std::string time_rows(const Json& diff) {
  double most = 0;
  for (const char* key : {"a", "b"})
    most = std::max(most, number(field(field(diff, key), "milliseconds"), "high").value_or(0));
  std::string out;
  for (const char* key : {"a", "b"}) {
    const Json& time = field(field(diff, key), "milliseconds");
    if (number(time, "runs").value_or(0) <= 0) continue;
    const auto at = number(time, "median"), low = number(time, "low"), high = number(time, "high");
    const bool a = *key == 'a';
    out += row({"Time a picture " + side(a ? "A" : "B"),
                data(a ? "time-a" : "time-b", field(time, "median"), shown(at) + " ms"),
                shown(low) + " to " + shown(high) + " ms", interval_svg(at, low, high, 0, most * 1.1)});
  }
  return out;
}

std::string score_rows(const Json& diff) {
  const Json &scores = field(diff, "scores"), &top5 = field(diff, "top5");
  std::string out;
  if (scores.is_object())
    out += row({"Distance of scores, mean", data("scores-mean", field(scores, "mean"), shown(number(scores, "mean"))),
                "largest " + data("scores-largest", field(scores, "largest"), shown(number(scores, "largest"))), ""});
  if (top5.is_object())
    out += row({"Agreement of the top 5",
                data("overlap", field(top5, "rank_biased_overlap"), shown(number(top5, "rank_biased_overlap"))),
                "rank-biased overlap; 1 is equal", ""});
  return out;
}

}  // namespace

std::string figures_section(const Json& diff) {
  const std::string rows = label_rows(diff) + accuracy_rows(diff) + time_rows(diff) + score_rows(diff);
  if (rows.empty()) return "";
  return fmt::format(
      "<section>\n<h2>Key figures</h2>\n<div class=\"scroll\"><table class=\"figures\">\n<thead><tr><th "
      "scope=\"col\">{} "
      "pictures</th><th scope=\"col\" class=\"n\">value</th><th scope=\"col\" class=\"n\">95&#8239;% interval</th><th "
      "scope=\"col\"><span class=\"unseen\">interval as a "
      "picture</span></th></tr></thead>\n<tbody>\n{}</tbody></table></div>\n"
      "</section>\n",
      data("images", field(diff, "images"), counted(number(diff, "images"))), rows);
}

}  // namespace dlas::report
