#include "study/localize/align/replaced.h"

#include <algorithm>
#include <set>

namespace dlas::study::localize {
namespace {

std::size_t at(int i) { return static_cast<std::size_t>(i); }

// What a step reads that its partner does not read in the other graph.
std::vector<int> unexplained(const std::vector<int>& reads, const std::vector<int>& partner,
                             const std::vector<int>& others) {
  std::vector<int> out;
  for (const int r : reads)
    if (partner[at(r)] < 0 || std::ranges::find(others, partner[at(r)]) == others.end())
      if (std::ranges::find(out, r) == out.end()) out.push_back(r);
  return out;
}

// Whether `wanted` feeds `from` through steps without partners only.
bool stands_before(const Flow& flow, int wanted, int from, const std::vector<int>& partner) {
  std::vector<int> open = {from};
  std::set<int> seen;
  while (!open.empty()) {
    const int step = open.back();
    open.pop_back();
    for (const int r : flow.steps[at(step)].reads) {
      if (r == wanted) return true;
      if (partner[at(r)] < 0 && seen.insert(r).second) open.push_back(r);
    }
  }
  return false;
}

}  // namespace

std::vector<std::pair<int, int>> replaced(const Graph& graph_a, const Flow& a, const Graph& graph_b, const Flow& b,
                                          const std::vector<int>& of_a, const std::vector<int>& of_b, int reader_a,
                                          int reader_b) {
  const auto &reads_a = a.steps[at(reader_a)].reads, &reads_b = b.steps[at(reader_b)].reads;
  std::vector<std::pair<int, int>> out;
  for (const int x : unexplained(reads_a, of_a, reads_b))
    for (const int y : unexplained(reads_b, of_b, reads_a)) {
      if (a.steps[at(x)].node == kNone || b.steps[at(y)].node == kNone) continue;
      const bool lost = of_a[at(x)] < 0 && (of_b[at(y)] < 0 || stands_before(a, of_b[at(y)], x, of_a));
      const bool extra = of_b[at(y)] < 0 && (of_a[at(x)] < 0 || stands_before(b, of_a[at(x)], y, of_b));
      const auto fits = aligned(graph_a, a, x, graph_b, b, y, 0);
      if ((lost || extra) && fits &&
          !possible_orders(graph_a.value(fits->a).type.shape(), graph_b.value(fits->b).type.shape()).empty())
        out.emplace_back(x, y);
    }
  return out;
}

}  // namespace dlas::study::localize
