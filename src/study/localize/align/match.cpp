#include "study/localize/align/match.h"

#include <algorithm>
#include <cmath>
#include <queue>
#include <tuple>

#include "study/localize/align/alike.h"
#include "study/localize/align/likeness.h"

namespace dlas::study::localize {
namespace {

constexpr double kLeast = 1.5;  // points of a pair that is taken
constexpr double kNeighbours =
    2.5;                         // points when all that a step reads and feeds is matched with what the other one does
constexpr double kAnchor = 100;  // anchors come before all else
constexpr double kSame = 0.05;   // distance of sketches of one layer, and how much farther a rival has to be

std::size_t at(int i) { return static_cast<std::size_t>(i); }

// Which steps come before which, as one row of bits a step.
class Order {
 public:
  explicit Order(const Flow& flow) : words_((flow.steps.size() + 63) / 64) {
    rows_.assign(flow.steps.size() * words_, 0);
    for (std::size_t i = 0; i < flow.steps.size(); ++i)
      for (const int r : flow.steps[i].reads) {
        for (std::size_t w = 0; w < words_; ++w) rows_[i * words_ + w] |= rows_[at(r) * words_ + w];
        rows_[i * words_ + at(r) / 64] |= std::uint64_t{1} << (at(r) % 64);
      }
  }
  bool before(int first, int second) const {
    return (rows_[at(second) * words_ + at(first) / 64] >> (at(first) % 64) & 1) != 0;
  }

 private:
  std::size_t words_;
  std::vector<std::uint64_t> rows_;
};

class Matcher {
 public:
  Matcher(const Graph& graph_a, const Flow& a, const Graph& graph_b, const Flow& b)
      : a_(a), b_(b), traces_a_(traces_of(graph_a, a)), traces_b_(traces_of(graph_b, b)), order_a_(a), order_b_(b) {
    out_.of_a.assign(a.steps.size(), -1);
    out_.of_b.assign(b.steps.size(), -1);
  }

  Matching matched() {
    seed_ends();
    seed_anchors();
    grow();
    seed_rest();
    grow();
    std::ranges::sort(out_.pairs, {}, &Matched::a);
    return std::move(out_);
  }

  const Traces& traces_a() const { return traces_a_; }
  const Traces& traces_b() const { return traces_b_; }

 private:
  struct Candidate {
    double points;
    int a, b;
    bool operator<(const Candidate& o) const {  // of equal ones the first in the graphs comes out first
      return std::tuple(points, -a, -b) < std::tuple(o.points, -o.a, -o.b);
    }
  };

  static double share(const std::vector<int>& of_a, const std::vector<int>& of_b, const std::vector<int>& partner) {
    if (of_a.empty() || of_b.empty()) return 0;
    double common = 0;
    for (const int i : of_a) common += partner[at(i)] >= 0 && std::ranges::find(of_b, partner[at(i)]) != of_b.end();
    return common / static_cast<double>(std::max(of_a.size(), of_b.size()));
  }

  double points(int i, int j) const {
    const double own = likeness(traces_a_, i, traces_b_, j);
    if (own <= 0) return own;
    return own + kNeighbours / 2 *
                     (share(a_.steps[at(i)].reads, b_.steps[at(j)].reads, out_.of_a) +
                      share(a_.steps[at(i)].feeds, b_.steps[at(j)].feeds, out_.of_a));
  }

  void push(int i, int j, double extra = 0) {
    if (out_.of_a[at(i)] >= 0 || out_.of_b[at(j)] >= 0) return;
    const double p = points(i, j) + extra;
    if (p > kLeast) queue_.push({p, i, j});
  }

  void seed_ends() {
    std::vector<int> inputs_a, inputs_b;
    for (std::size_t i = 0; i < a_.steps.size(); ++i)
      if (a_.steps[i].node == kNone) inputs_a.push_back(static_cast<int>(i));
    for (std::size_t j = 0; j < b_.steps.size(); ++j)
      if (b_.steps[j].node == kNone) inputs_b.push_back(static_cast<int>(j));
    for (std::size_t k = 0; k < std::min(inputs_a.size(), inputs_b.size()); ++k)
      take({kAnchor + kMostPoints + kNeighbours, inputs_a[k], inputs_b[k]});
    for (std::size_t k = 0; k < std::min(a_.outputs.size(), b_.outputs.size()); ++k)
      if (a_.outputs[k] >= 0 && b_.outputs[k] >= 0) push(a_.outputs[k], b_.outputs[k]);
  }

  // The best partner by parameters, when no rival is nearly as good; -1 otherwise.
  static int best(const Traces& of, int i, const Traces& in) {
    double least = kSame, second = 1e9;
    int found = -1;
    for (std::size_t j = 0; j < in.sketches.size(); ++j) {
      if (!in.sketches[j] || in.families[j] != of.families[at(i)]) continue;
      const double d = std::min(distance(*of.sketches[at(i)], *in.sketches[j]),
                                scaled_distance(*of.sketches[at(i)], *in.sketches[j]));
      if (d < least) {
        second = found >= 0 ? least : second;
        least = d;
        found = static_cast<int>(j);
      } else {
        second = std::min(second, d);
      }
    }
    return found >= 0 && second > 3 * least + 1e-4 ? found : -1;
  }

  void seed_anchors() {
    for (std::size_t i = 0; i < a_.steps.size(); ++i) {
      if (!traces_a_.sketches[i]) continue;
      const int j = best(traces_a_, static_cast<int>(i), traces_b_);
      if (j >= 0 && best(traces_b_, j, traces_a_) == static_cast<int>(i)) push(static_cast<int>(i), j, kAnchor);
    }
  }

  void seed_rest() {
    for (std::size_t i = 0; i < a_.steps.size(); ++i)
      for (std::size_t j = 0; j < b_.steps.size(); ++j) push(static_cast<int>(i), static_cast<int>(j));
  }

  bool turns_around(int i, int j) const {
    return std::ranges::any_of(out_.pairs, [&](const Matched& p) {
      return (order_a_.before(p.a, i) && order_b_.before(j, p.b)) ||
             (order_a_.before(i, p.a) && order_b_.before(p.b, j));
    });
  }

  void take(const Candidate& c) {
    if (out_.of_a[at(c.a)] >= 0 || out_.of_b[at(c.b)] >= 0 || turns_around(c.a, c.b)) return;
    const double own = c.points >= kAnchor ? c.points - kAnchor : c.points;
    out_.pairs.push_back({c.a, c.b, std::clamp(own / (kMostPoints + kNeighbours), 0.0, 1.0)});
    out_.of_a[at(c.a)] = c.b;
    out_.of_b[at(c.b)] = c.a;
    const Step &a = a_.steps[at(c.a)], &b = b_.steps[at(c.b)];
    for (const int i : a.reads)
      for (const int j : b.reads) push(i, j);
    for (const int i : a.feeds)
      for (const int j : b.feeds) push(i, j);
  }

  void grow() {
    while (!queue_.empty()) {
      const Candidate next = queue_.top();
      queue_.pop();
      take(next);
    }
  }

  const Flow &a_, &b_;
  Traces traces_a_, traces_b_;
  Order order_a_, order_b_;
  Matching out_;
  std::priority_queue<Candidate> queue_;
};

}  // namespace

Result<Matching> match(const Graph& graph_a, const Flow& a, const Graph& graph_b, const Flow& b) {
  if (a.steps.size() * b.steps.size() > 50'000'000)
    return make_error(Code::limit, "graphs with at most 50,000,000 pairs of values",
                      std::to_string(a.steps.size()) + " x " + std::to_string(b.steps.size()));
  Matcher matcher(graph_a, a, graph_b, b);
  Matching out = matcher.matched();
  for (std::size_t i = 0; i < a.steps.size(); ++i) {
    const auto& sketch = matcher.traces_a().sketches[i];
    if (!sketch || sketch->count < 8) continue;
    ++out.parameters;
    const int j = out.of_a[i];
    if (j < 0 || !matcher.traces_b().sketches[at(j)]) continue;
    out.alike += parameters_alike(graph_a, graph_a.node(a.steps[i].node), *sketch, graph_b,
                                  graph_b.node(b.steps[at(j)].node), *matcher.traces_b().sketches[at(j)]);
  }
  return out;
}

}  // namespace dlas::study::localize
