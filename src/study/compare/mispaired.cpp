#include "study/compare/mispaired.h"

#include <algorithm>
#include <map>
#include <set>

namespace dlas::study {
namespace {

constexpr double kVanishes = 10;  // an error of so many floors does not vanish in one step

using Positions = std::map<ValueId, std::size_t>;  // of values that are paired
using Readers = std::vector<std::vector<NodeId>>;

Readers readers_of(const Graph& graph) {
  Readers out(graph.values().size());
  for (std::size_t n = 0; n < graph.nodes().size(); ++n)
    for (const ValueId v : graph.nodes()[n].inputs)
      if (v != kNone) out[static_cast<std::size_t>(v)].push_back(static_cast<NodeId>(n));
  return out;
}

// The first paired values on every way behind `from`; empty when a way ends without one.
std::vector<std::size_t> next_paired(const Graph& graph, const Readers& readers, const Positions& positions,
                                     ValueId from) {
  std::vector<std::size_t> found;
  std::vector<ValueId> open{from};
  std::set<ValueId> seen{from};
  while (!open.empty()) {
    const ValueId v = open.back();
    open.pop_back();
    if (std::ranges::find(graph.outputs, v) != graph.outputs.end()) return {};
    for (const NodeId n : readers[static_cast<std::size_t>(v)])
      for (const ValueId made : graph.node(n).outputs) {
        if (made == kNone || !seen.insert(made).second) continue;
        if (const auto paired = positions.find(made); paired != positions.end()) found.push_back(paired->second);
        else open.push_back(made);
      }
  }
  return found;
}

// The largest floor of `next`; nothing when there is none, or one diverges.
std::optional<double> agreeing_floor(const std::vector<std::size_t>& next, const std::vector<ValuePair>& values) {
  std::optional<double> floor;
  for (const std::size_t i : next) {
    if (values[i].diverges) return std::nullopt;
    floor = std::max(floor.value_or(0), values[i].floor);
  }
  return floor;
}

}  // namespace

std::vector<std::size_t> mispaired(const Graph& a, const Graph& b, const std::vector<Pair>& pairs,
                                   const std::vector<ValuePair>& values) {
  const Readers readers_a = readers_of(a), readers_b = readers_of(b);
  Positions in_a, in_b;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    in_a[pairs[i].a] = i;
    in_b[pairs[i].b] = i;
  }
  std::vector<std::size_t> out;
  for (std::size_t i = pairs.size(); i-- > 0;) {  // the last first, so that two in a row are found
    if (!values[i].diverges) continue;
    const auto floor_a = agreeing_floor(next_paired(a, readers_a, in_a, pairs[i].a), values);
    const auto floor_b = agreeing_floor(next_paired(b, readers_b, in_b, pairs[i].b), values);
    if (!floor_a || !floor_b || !(values[i].relative > kVanishes * std::max(*floor_a, *floor_b))) continue;
    in_a.erase(pairs[i].a);
    in_b.erase(pairs[i].b);
    out.push_back(i);
  }
  std::ranges::reverse(out);
  return out;
}

}  // namespace dlas::study
