#include "study/repair/agreement.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/threads.h"
#include "study/compare/align.h"
#include "study/statistics/paired.h"

namespace dlas::study {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kRounding = 1e-6;  // of a distance that is nothing but the order of sums
constexpr int kRanks = 5;

std::vector<Tensor> real_outputs(const Graph& graph, const Outputs& outputs) {
  std::vector<Tensor> out;
  for (std::size_t i = 0; i < outputs.outputs.size(); ++i)
    out.push_back(real_values(outputs.outputs[i], graph.value(graph.outputs[i]).type));
  return out;
}

// Of a list of scores: one that is longer by one begins with "background".
std::vector<float> classes(const Tensor& t, std::int64_t wanted) {
  const auto all = t.as<float>();
  const auto skip = t.count() == wanted + 1 ? 1 : 0;
  return {all.begin() + skip, all.end()};
}

struct One {
  bool differs = true;
  double overlap = 0, distance = kInfinity;
};

One compared(const std::vector<Tensor>& a, const std::vector<Tensor>& b) {
  One out;
  if (a.empty() || b.empty() || a[0].dtype() != DType::f32 || b[0].dtype() != DType::f32) return out;
  const std::int64_t wanted = std::min(a[0].count(), b[0].count());
  const std::vector<float> x = classes(a[0], wanted), y = classes(b[0], wanted);
  if (x.size() != y.size() || x.empty()) return out;
  const auto size = static_cast<std::int64_t>(x.size());
  const Deviation d = deviation(Tensor::of<float>({size}, x), Tensor::of<float>({size}, y));
  out.distance = d.relative;
  const std::vector<int> top_a = largest(x, kRanks), top_b = largest(y, kRanks);
  out.differs = std::isinf(d.relative) || top_a[0] != top_b[0];
  out.overlap = std::isinf(d.relative) ? 0 : rank_biased_overlap(top_a, top_b);
  return out;
}

}  // namespace

bool no_worse(const Agreement& now, const Agreement& before) {
  const double slack = kRounding * (1 + (std::isfinite(before.distance) ? before.distance : 0));
  return now.differ <= before.differ && now.overlap >= before.overlap - kRounding &&
         (now.distance <= before.distance + slack || std::isinf(before.distance));
}

Result<Oracle> Oracle::of(const Side& source, std::span<const Inputs> inputs) {
  Oracle out;
  out.outputs_.resize(inputs.size());
  std::vector<Status> done(inputs.size());
  const Executor& executor = *source.executor;
  parallel_for(std::ssize(inputs), [&](std::int64_t i) {
    const auto at = static_cast<std::size_t>(i);
    const auto result = executor.run(inputs[at].a, {});
    if (result.ok()) out.outputs_[at] = real_outputs(executor.graph(), *result);
    else done[at] = result.error();
  });
  for (Status& s : done) DLAS_TRY(std::move(s));
  return out;
}

Agreement Oracle::judge(const Executor& target, std::span<const Inputs> inputs) const {
  check(inputs.size() == outputs_.size(), "as many images as the source has answered");
  std::vector<One> each(inputs.size());
  parallel_for(std::ssize(inputs), [&](std::int64_t i) {
    const auto at = static_cast<std::size_t>(i);
    if (const auto result = target.run(inputs[at].b, {}); result.ok())
      each[at] = compared(outputs_[at], real_outputs(target.graph(), *result));
  });
  Agreement out;
  out.images = std::ssize(each);
  out.overlap = 0;
  for (const One& one : each) {
    out.differ += one.differs;
    out.overlap += one.overlap / static_cast<double>(each.size());
    out.distance += one.distance / static_cast<double>(each.size());
  }
  if (each.empty()) out.overlap = 1;
  out.rate = clopper_pearson(out.differ, out.images);
  return out;
}

}  // namespace dlas::study
