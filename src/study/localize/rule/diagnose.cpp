#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/text.h"
#include "model/graph/infer.h"
#include "study/compare/align.h"
#include "study/localize/rule/rule.h"

namespace dlas::study::localize {
namespace {

constexpr double kExplains = 0.5;      // a proposal that leaves more of the error than this explains nothing
constexpr std::size_t kMostParts = 3;  // faults of one region that are told apart
constexpr double kInfinity = std::numeric_limits<double>::infinity();

struct Tried {
  const Proposal* proposal = nullptr;
  double error = kInfinity;
};

double now(const Case& c) { return c.local().refused ? kInfinity : c.local().error; }

bool clean(const Case& c, double error) {
  // A region that could not run has no floor of its own.
  return error <= std::max(c.local().floor, 1e-4 * (c.local().refused ? 1.0 : 0.0));
}

// Both changes, one behind the other.
Proposal joined(const Proposal& first, const Proposal& second) {
  Proposal out = first;
  out.diagnosis += "; and " + second.diagnosis;
  out.evidence.insert(out.evidence.end(), second.evidence.begin(), second.evidence.end());
  out.edits.insert(out.edits.end(), second.edits.begin(), second.edits.end());
  out.change = [one = first.change, two = second.change](Cone& cone) -> Status {
    DLAS_TRY(one(cone));
    return two(cone);
  };
  return out;
}

// The first that brings the error to the floor, else the one that leaves least of it.
Tried best_of(const Case& c, const std::vector<Proposal>& proposals, const Proposal* on_top_of) {
  Tried best;
  for (const Proposal& p : proposals) {
    if (!p.change) continue;
    const auto error = error_after(c, on_top_of ? joined(*on_top_of, p) : p);
    if (!error.ok() || !(*error < best.error)) continue;
    best = {&p, *error};
    if (clean(c, best.error)) break;
  }
  return best;
}

void tell(const Proposal& p, Finding& f) {
  f.category = p.category;
  f.rule = p.rule;
  f.diagnosis = p.diagnosis;
  f.evidence.insert(f.evidence.end(), p.evidence.begin(), p.evidence.end());
  f.proposals = p.edits;
}

std::string fall(const Case& c, double error) {
  const std::string after = clean(c, error) ? "which rounding explains" : "which is not all of it";
  if (c.local().refused)
    return fmt::format("with that the region runs and its error is {}, {}", significant(error), after);
  return fmt::format("with that the region's error falls from {} to {}, {}", significant(now(c)), significant(error),
                     after);
}

}  // namespace

Result<double> error_after(const Case& c, const Proposal& proposal) {
  Cone changed = c.cone_b;
  DLAS_TRY(proposal.change(changed));
  for (std::size_t v = 0; v < changed.graph.values().size(); ++v)  // sizes may be others now
    if (Value& value = changed.graph.value(static_cast<ValueId>(v)); value.producer != kNone) value.type = Type();
  DLAS_TRY(infer_types(changed.graph));
  std::vector<Tensor> given;
  std::vector<Shape> sizes;
  for (const ValueId v : changed.reads) {
    const auto pair = std::ranges::find(c.settled.pairs, v, &Aligned::b);
    if (pair == c.settled.pairs.end()) return make_error(Code::graph, "an aligned value", "another");
    given.push_back(as_target(c.probe.of_source().at(pair->a), pair->order, c.models.b.graph.value(v).type));
    sizes.push_back(given.back().shape());
  }
  DLAS_ASSIGN(const Region region, make_region(changed, sizes));
  DLAS_ASSIGN(const Tensor result, run(region, given));
  double least = kInfinity;
  for (const AxisOrder& order : possible_orders(c.wanted.shape(), result.shape()))
    if (c.local().refused || order == c.pair().order || order.empty() == c.pair().order.empty())
      least = std::min(least, deviation(c.wanted, reordered(result, order)).relative);
  return least;
}

void diagnose(const Case& c, Finding& f) {
  std::vector<Proposal> all;
  for (const Rule rule : all_rules())
    for (Proposal& p : rule(c)) all.push_back(std::move(p));
  std::optional<Proposal> told;
  double error = now(c);
  for (std::size_t part = 0; part < kMostParts && !clean(c, error); ++part) {
    const Tried best = best_of(c, all, told ? &*told : nullptr);
    if (!best.proposal || !(best.error < kExplains * error)) break;
    told = told ? joined(*told, *best.proposal) : *best.proposal;
    error = best.error;
  }
  if (told) {
    tell(*told, f);
    f.confirmed = clean(c, error);
    f.evidence.push_back(fall(c, error));
    return;
  }
  const auto described = std::ranges::find_if(all, [](const Proposal& p) { return !p.change; });
  if (described != all.end()) tell(*described, f);
}

}  // namespace dlas::study::localize
