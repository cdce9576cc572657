#include <fmt/format.h>

#include "base/text.h"
#include "cli/diff.h"

namespace dlas::cli {
namespace {

std::string percent(std::int64_t part, std::int64_t whole) {
  return fmt::format("{:.2f} %", 100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

std::string interval(const study::Interval& i) {
  return fmt::format("(95 %: {:.2f} to {:.2f} %)", i.low * 100, i.high * 100);
}

std::string count(std::int64_t n) { return thousands(static_cast<std::uint64_t>(n)); }

std::string verdict(const study::Difference& d) {
  std::string out(text(d.verdict));
  if (d.classifies)
    return out + fmt::format(": {} of {} labels differ, {} {}\n", count(d.differ), count(d.images),
                             percent(d.differ, d.images), interval(d.rate));
  return out + (d.outputs_equal ? ": all outputs are equal\n" : ": outputs are not equal bit by bit\n");
}

std::string divergence(const study::Difference& d) {
  if (!d.first_divergence) return "";
  const study::ValuePair& v = d.values[*d.first_divergence];
  const auto diverging = std::ranges::count_if(d.values, &study::ValuePair::diverges);
  constexpr std::size_t kLongest = 80;  // of a name; converters join dozens
  return fmt::format("They part at '{}' ({}) of A, '{}' ({}) of B: relative error {}, explained {}\n",
                     for_terminal(v.name_a, kLongest), for_terminal(v.op_a), for_terminal(v.name_b, kLongest),
                     for_terminal(v.op_b), significant(v.relative), significant(v.floor)) +
         fmt::format("From there on {} of {} aligned values differ by more than is explained\n", diverging,
                     d.values.size());
}

std::string side(std::string_view which, const study::SideReport& side, const study::Difference& d) {
  std::string out = fmt::format("{}         {}\n", which, for_terminal(side.name));
  if (!side.recipe.empty()) out += fmt::format("  recipe  {}\n", for_terminal(side.recipe, 1000));
  if (d.labelled)
    out += fmt::format("  right   {} of {}, {} {}\n", count(side.correct), count(d.images),
                       percent(side.correct, d.images), interval(side.accuracy));
  if (side.milliseconds.count > 0)
    out += fmt::format("  time    {} ms an image (median; 95 %: {} to {})\n", significant(side.milliseconds.value),
                       significant(side.milliseconds.interval.low), significant(side.milliseconds.interval.high));
  return out;
}

std::string figures(const study::Difference& d) {
  std::string out;
  if (d.classifies) {
    if (d.differ > 0)
      out += fmt::format("labels    {} of the {} that differ are near ties\n", count(d.near_ties), count(d.differ));
    out += fmt::format("top 5     overlap {:.4f} in the mean (1: the same in the same order)\n", d.overlap);
    out += fmt::format("scores    differ by at most {}, {} in the mean\n", significant(d.logit_largest),
                       significant(d.logit_mean));
  }
  if (d.labelled)
    out += fmt::format("accuracy  {} right in A alone, {} in B alone: McNemar p = {}\n", d.only_a, d.only_b,
                       significant(d.mcnemar));
  return out + fmt::format("values    {} aligned\n", d.values.size());
}

// The heading of the page that explains a verdict.
std::string_view heading(study::Verdict verdict) {
  switch (verdict) {
    case study::Verdict::identical: return "identical";
    case study::Verdict::rounding: return "explained-by-rounding";
    case study::Verdict::quantisation: return "explained-by-quantisation";
    case study::Verdict::different: return "different";
  }
  return "different";
}

}  // namespace

std::string diff_text(const study::Difference& d) {
  std::string out = verdict(d) + divergence(d);
  out += side("A", d.a, d) + side("B", d.b, d) + figures(d);
  for (const std::string& note : d.notes) out += "note      " + for_terminal(note) + "\n";
  return out + fmt::format("read      docs/why-do-labels-differ.md#{}\n", heading(d.verdict));
}

}  // namespace dlas::cli
