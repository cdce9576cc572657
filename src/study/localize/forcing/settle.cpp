#include "study/localize/forcing/settle.h"

#include <algorithm>
#include <set>

#include "study/localize/align/replaced.h"

namespace dlas::study::localize {
namespace {

constexpr std::size_t kMostTries = 40;  // each runs the regions that changed, on one image

using Pairs = std::vector<Aligned>;

std::int64_t unclean(const std::vector<Local>& locals) {
  return std::ranges::count_if(locals, [](const Local& l) { return !l.clean(); });
}

class Settling {
 public:
  Settling(Probe& probe, const Models& models, const Matching& matching) : probe_(probe), models_(models) {
    now_.pairs = aligned(models.a.graph, models.flow_a, models.b.graph, models.flow_b, matching);
    now_.locals = probe.measure(now_.pairs);
  }

  Settled settled() {
    for (bool changed = true; changed && tries_ < kMostTries;) changed = replace_one();
    for (bool changed = true; changed && tries_ < kMostTries;) changed = part_chain() || part_one();
    now_.locals = probe_.measure(now_.pairs);  // the probe's regions are those of the result
    return std::move(now_);
  }

 private:
  const Local* local(const Settled& in, int step_b) const {
    for (std::size_t i = 0; i < in.pairs.size(); ++i)
      if (in.pairs[i].step_b == step_b) return &in.locals[i];
    return nullptr;
  }

  std::vector<int> partners(bool of_a) const {
    std::vector<int> out((of_a ? models_.flow_a : models_.flow_b).steps.size(), -1);
    for (const Aligned& pair : now_.pairs)
      out[static_cast<std::size_t>(of_a ? pair.step_a : pair.step_b)] = of_a ? pair.step_b : pair.step_a;
    return out;
  }

  Settled tried(Pairs pairs) {
    ++tries_;
    Settled out{std::move(pairs), {}};
    out.locals = probe_.measure(out.pairs);
    return out;
  }

  // One reading of "lost" or "extra" that makes the reader clean and nothing else worse.
  bool replace_one() {
    const auto of_a = partners(true), of_b = partners(false);
    for (std::size_t i = 0; i < now_.pairs.size(); ++i) {
      if (now_.locals[i].clean()) continue;
      const Aligned& reader = now_.pairs[i];
      for (const auto& [x, y] : replaced(models_.a.graph, models_.flow_a, models_.b.graph, models_.flow_b, of_a, of_b,
                                         reader.step_a, reader.step_b)) {
        if (tries_ >= kMostTries || !asked_.emplace(x, y).second) continue;
        Pairs pairs = now_.pairs;
        std::erase_if(pairs, [&](const Aligned& p) { return p.step_a == x || p.step_b == y; });
        const auto fresh = aligned(models_.a.graph, models_.flow_a, x, models_.b.graph, models_.flow_b, y, 0.5);
        pairs.push_back(*fresh);
        Settled other = tried(std::move(pairs));
        const Local* behind = local(other, reader.step_b);
        if (!behind || !behind->clean() || unclean(other.locals) > unclean(now_.locals)) continue;
        now_ = std::move(other);
        return true;
      }
    }
    return false;
  }

  bool is_end(const Aligned& pair) const {
    const auto& outputs = models_.flow_b.outputs;
    return models_.flow_b.steps[static_cast<std::size_t>(pair.step_b)].node == kNone ||
           std::ranges::find(outputs, pair.step_b) != outputs.end();
  }

  // Target steps of the pairs whose regions read one of `steps`.
  std::set<int> readers_of(const std::set<int>& steps) const {
    std::set<int> out;
    for (const Aligned& pair : now_.pairs) {
      const Region* region = probe_.region(pair);
      if (!region || steps.contains(pair.step_b)) continue;
      for (const ValueId v : region->reads)
        if (steps.contains(models_.flow_b.of_value[static_cast<std::size_t>(v)])) out.insert(pair.step_b);
    }
    return out;
  }

  // Without these pairs, are all that read them clean, and fewer regions differ?
  bool part(const std::set<int>& steps) {
    if (steps.empty() || !parted_.insert(steps).second) return false;
    probe_.measure(now_.pairs);
    const std::set<int> readers = readers_of(steps);
    Pairs pairs = now_.pairs;
    std::erase_if(pairs, [&](const Aligned& p) { return steps.contains(p.step_b); });
    Settled other = tried(std::move(pairs));
    const bool clean = !readers.empty() && std::ranges::all_of(readers, [&](int step) {
      const Local* l = local(other, step);
      return l && l->clean();
    });
    if (!clean || unclean(other.locals) >= unclean(now_.locals)) return false;
    now_ = std::move(other);
    return true;
  }

  // Pairs that differ one behind the other, but for the last.
  bool part_chain() {
    probe_.measure(now_.pairs);
    std::set<int> differing, chain;
    for (std::size_t i = 0; i < now_.pairs.size(); ++i)
      if (!now_.locals[i].clean() && !is_end(now_.pairs[i])) differing.insert(now_.pairs[i].step_b);
    for (const int step : differing) {
      const std::set<int> readers = readers_of({step});
      if (std::ranges::any_of(readers, [&](int r) { return differing.contains(r); })) chain.insert(step);
    }
    return chain.size() > 1 && part(chain);
  }

  bool part_one() {
    for (std::size_t i = 0; i < now_.pairs.size() && tries_ < kMostTries; ++i)
      if (!now_.locals[i].clean() && !is_end(now_.pairs[i]) && part({now_.pairs[i].step_b})) return true;
    return false;
  }

  Probe& probe_;
  const Models& models_;
  Settled now_;
  std::size_t tries_ = 0;
  std::set<std::pair<int, int>> asked_;
  std::set<std::set<int>> parted_;
};

}  // namespace

Settled settle(Probe& probe, const Models& models, const Matching& matching) {
  return Settling(probe, models, matching).settled();
}

}  // namespace dlas::study::localize
