#include "study/localize/forcing/probe.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "study/compare/align.h"
#include "study/compare/noise.h"
#include "study/localize/forcing/floor.h"

namespace dlas::study::localize {
namespace {

constexpr double kLeastFloor = 1e-5;  // float32 sums of any order, and weights that a converter folded in float32

std::set<ValueId> cuts_of(const std::vector<Aligned>& pairs, ValueId Aligned::* side) {
  std::set<ValueId> cuts;
  for (const Aligned& pair : pairs) cuts.insert(pair.*side);
  return cuts;
}

const Aligned* paired_with(const std::vector<Aligned>& pairs, ValueId b) {
  const auto found = std::ranges::find(pairs, b, &Aligned::b);
  return found == pairs.end() ? nullptr : &*found;
}

// What the source has for values of the target.
std::optional<std::vector<Tensor>> given_for(const std::vector<ValueId>& reads, const std::vector<Aligned>& pairs,
                                             const Graph& b, const Contents& of_a) {
  std::vector<Tensor> given;
  for (const ValueId v : reads) {
    const Aligned* pair = paired_with(pairs, v);
    const auto content = pair ? of_a.find(pair->a) : of_a.end();
    if (content == of_a.end()) return std::nullopt;
    given.push_back(as_target(content->second, pair->order, b.value(v).type));
  }
  return given;
}

Error other_sizes(const Tensor& wanted, const Tensor& found) {
  return make_error(Code::mismatch, text(wanted.shape()), text(found.shape()));
}

// The order that fits best; where none fits and there is a choice, the one in which the region's own inputs are read.
AxisOrder order_of(const Tensor& of_a, const Tensor& made, const std::vector<AxisOrder>& possible,
                   const std::vector<const Aligned*>& read) {
  std::size_t best = 0;
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < possible.size(); ++i) {
    const double error = deviation(of_a, reordered(made, possible[i])).relative;
    if (error < least) {
      least = error;
      best = i;
    }
  }
  if (least < 0.1 || possible.size() == 1) return possible[best];
  for (const Aligned* pair : read)
    for (const AxisOrder& order : possible)
      if (pair && order == pair->order) return order;
  return possible[best];
}

// What a region is asked: which values of the source it gets and has to make, and how they are read. The sources' shares of the floor
// depend on where the source is cut, which follows from the same pairs.
std::vector<std::int64_t> question(const std::vector<Aligned>& pairs, const Aligned& pair,
                                   const std::vector<ValueId>& reads) {
  std::vector<std::int64_t> out = {pair.a};
  for (const ValueId v : reads) {
    const Aligned* read = paired_with(pairs, v);
    out.push_back(read ? read->a : kNone);
    if (read) out.insert(out.end(), read->order.begin(), read->order.end());
    out.push_back(-2);
  }
  return out;
}

}  // namespace

Result<Contents> contents(const Executor& executor, const std::vector<Tensor>& inputs,
                          const std::vector<ValueId>& wanted) {
  DLAS_ASSIGN(Outputs outputs, executor.run(inputs, wanted));
  Contents out;
  for (std::size_t i = 0; i < wanted.size(); ++i) out[wanted[i]] = std::move(outputs.kept[i]);
  return out;
}

double Probe::floor(const std::vector<Aligned>& pairs, const Aligned& pair, const Region& calm,
                    const Tensor& result) const {
  const auto cuts = cuts_of(pairs, &Aligned::b);
  const auto plain = cone(models_.b.graph, cuts, pair.b);
  const auto given = given_for(calm.reads, pairs, models_.b.graph, of_a_);
  double squares = 0;
  const auto add = [&](const Result<double>& share, double times) {
    if (share.ok() && std::isfinite(*share)) squares += times * *share * *share;
  };
  if (plain.ok()) add(rounding_floor(*plain, calm, *given, result), 2);
  if (models_.moved_b) add(grid_floor(*models_.moved_b, cuts, pair.b, *given, result), 1);
  if (models_.moved_a) {
    const auto cuts_a = cuts_of(pairs, &Aligned::a);
    const auto there = cone(models_.a.graph, cuts_a, pair.a);
    std::vector<Tensor> given_a;
    if (there.ok())
      for (const ValueId v : there->reads) given_a.push_back(of_a_.at(v));
    if (there.ok()) add(grid_floor(*models_.moved_a, cuts_a, pair.a, given_a, of_a_.at(pair.a)), 1);
  }
  return std::max(kLeastFloor, kExplained * std::sqrt(squares));
}

Probe::Made* Probe::make(const std::vector<Aligned>& pairs, const Aligned& pair, Local& local) {
  const auto found = cone(models_.b.graph, cuts_of(pairs, &Aligned::b), pair.b);
  if (!found.ok()) {
    local.refused = found.error();
    return nullptr;
  }
  const auto key = std::pair(pair.b, found->reads);
  if (const auto known = cache_.find(key); known != cache_.end()) return &known->second;
  const auto given = given_for(found->reads, pairs, models_.b.graph, of_a_);
  if (!given) {
    local.refused = make_error(Code::graph, "the source's values", "none for an input of the region");
    return nullptr;
  }
  std::vector<Shape> sizes;
  for (const Tensor& tensor : *given) sizes.push_back(tensor.shape());
  auto region = make_region(*found, sizes);
  if (!region.ok()) {
    local.refused = std::move(region).error();
    return nullptr;
  }
  return &cache_.emplace(key, Made{*std::move(region), {}, {}, {}}).first->second;
}

void Probe::measure_one(const std::vector<Aligned>& pairs, Aligned& pair, Made& made) {
  const auto given = given_for(made.calm.reads, pairs, models_.b.graph, of_a_);
  auto result = run(made.calm, *given);
  if (!result.ok()) {
    made.local.refused = std::move(result).error();
    return;
  }
  const Tensor& wanted = of_a_.at(pair.a);
  std::vector<const Aligned*> read;
  for (const ValueId v : made.calm.reads) read.push_back(paired_with(pairs, v));
  const auto possible = possible_orders(wanted.shape(), result->shape());
  if (possible.empty()) {
    made.local.refused = other_sizes(wanted, *result);
    for (const Aligned* one : read)
      if (one && one->order.size() == wanted.rank()) pair.order = one->order;
    return;
  }
  pair.order = order_of(wanted, *result, possible, read);
  made.local.error = deviation(wanted, reordered(*result, pair.order)).relative;
  made.local.floor = floor(pairs, pair, made.calm, *result);
}

std::vector<Local> Probe::measure(std::vector<Aligned>& pairs) {
  std::ranges::sort(pairs, {}, &Aligned::step_b);
  current_.clear();
  std::vector<Local> out(pairs.size());
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    Aligned& pair = pairs[i];
    if (models_.flow_b.steps[static_cast<std::size_t>(pair.step_b)].node == kNone) continue;  // an input
    Made* made = make(pairs, pair, out[i]);
    if (!made) continue;
    current_[pair.b] = made;
    const std::vector<std::int64_t> asked = question(pairs, pair, made->calm.reads);
    if (asked != made->asked) {
      made->asked = asked;
      made->local = {};
      measure_one(pairs, pair, *made);
      made->order = pair.order;
    }
    pair.order = made->order;
    out[i] = made->local;
  }
  return out;
}

const Region* Probe::region(const Aligned& pair) const {
  const auto found = current_.find(pair.b);
  return found == current_.end() ? nullptr : &found->second->calm;
}

Result<Tensor> Probe::forced(const std::vector<Aligned>& pairs, const Aligned& pair, const Contents& of_a) const {
  const Region* made = region(pair);
  const auto given = made ? given_for(made->reads, pairs, models_.b.graph, of_a) : std::nullopt;
  if (!given) return make_error(Code::graph, "a region that runs", "none");
  return run(*made, *given);
}

std::vector<double> Probe::errors(const std::vector<Aligned>& pairs, const std::vector<std::size_t>& chosen,
                                  const Contents& of_a) const {
  std::vector<double> out;
  for (const std::size_t i : chosen) {
    const auto result = forced(pairs, pairs[i], of_a);
    const Tensor& wanted = of_a.at(pairs[i].a);
    const bool fits = result.ok() && !possible_orders(wanted.shape(), result->shape()).empty();
    out.push_back(fits ? deviation(wanted, reordered(*result, pairs[i].order)).relative
                       : std::numeric_limits<double>::quiet_NaN());
  }
  return out;
}

}  // namespace dlas::study::localize
