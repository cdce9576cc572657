#include <fmt/format.h>

#include <cmath>

#include "base/text.h"
#include "cli/localize.h"

namespace dlas::cli {
namespace {

constexpr std::size_t kLongest = 80;  // of a name; converters join dozens
constexpr std::size_t kMostNodes = 4;

std::string verdict(const study::Localization& r) {
  const std::size_t n = r.findings.size();
  if (n == 0)
    return fmt::format("no fault: {} aligned regions compute what the source computes, within {}\n", r.places.size(),
                       r.quantised ? "rounding and quantisation of weights" : "rounding");
  return fmt::format("{} fault{} in {} aligned regions\n", n, n == 1 ? "" : "s", r.places.size());
}

std::string nodes(const std::vector<study::localize::NodeName>& list) {
  std::string out;
  for (std::size_t i = 0; i < list.size() && i < kMostNodes; ++i)
    out +=
        fmt::format("{}'{}' ({})", i > 0 ? ", " : "", for_terminal(list[i].name, kLongest), for_terminal(list[i].op));
  if (list.size() > kMostNodes) out += fmt::format(" and {} more", list.size() - kMostNodes);
  return out.empty() ? "none" : out;
}

std::string finding(const study::localize::Finding& f, std::size_t number) {
  std::string out = fmt::format("{}. {}: {}\n", number, text(f.category), for_terminal(f.diagnosis, 400));
  out += "   source    " + nodes(f.source_nodes) + "\n   target    " + nodes(f.target_nodes) + "\n";
  if (f.noise_floor > 0 || std::isfinite(f.local_error))
    out += fmt::format("   error     {} here, {} where the target runs alone; noise explains {}\n",
                       significant(f.local_error), significant(f.free_error), significant(f.noise_floor));
  for (const std::string& line : f.evidence) out += "   evidence  " + for_terminal(line, 400) + "\n";
  for (const study::Edit& edit : f.proposals) out += "   edit      " + for_terminal(study::summary(edit), 400) + "\n";
  return out;
}

}  // namespace

std::string localize_text(const study::Localization& r) {
  std::string out = verdict(r);
  for (std::size_t i = 0; i < r.findings.size(); ++i) out += finding(r.findings[i], i + 1);
  for (const auto& link : r.chain)
    out += fmt::format("chain       {} -> {}: {}\n", for_terminal(link.source), for_terminal(link.target),
                       link.findings == 0 ? "no fault"
                       : link.findings == 1
                           ? "1 fault: " + for_terminal(link.first, 400)
                           : fmt::format("{} faults, first: {}", link.findings, for_terminal(link.first, 400)));
  out += fmt::format("source      {}\n", for_terminal(r.name_a));
  if (!r.recipe_a.empty()) out += fmt::format("  recipe    {}\n", for_terminal(r.recipe_a, 1000));
  out += fmt::format("target      {}\n", for_terminal(r.name_b));
  if (!r.recipe_b.empty()) out += fmt::format("  recipe    {}\n", for_terminal(r.recipe_b, 1000));
  out += fmt::format("parameters  {} of {} are alike\n", r.alike, r.parameters);
  out += fmt::format("images      {}; the target's outputs are off by {}\n", r.images, significant(r.output_error));
  for (const std::string& note : r.notes) out += "note        " + for_terminal(note) + "\n";
  return out;
}

}  // namespace dlas::cli
