#include "study/compare/curve.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/threads.h"
#include "study/compare/float_meaning.h"
#include "study/compare/mispaired.h"
#include "study/compare/noise.h"

namespace dlas::study {
namespace {

std::string layout_text(const AxisOrder& order) {
  std::string out;
  for (const std::size_t axis : order) out += (out.empty() ? "" : ",") + std::to_string(axis);
  return out;
}

ValuePair describe(const Graph& a, const Graph& b, const Pair& pair) {
  const Value &of_a = a.value(pair.a), &of_b = b.value(pair.b);
  ValuePair out;
  out.name_a = of_a.name;
  out.name_b = of_b.name;
  if (of_a.producer != kNone) out.op_a = a.node(of_a.producer).op_name;
  if (of_b.producer != kNone) out.op_b = b.node(of_b.producer).op_name;
  out.type_a = text(of_a.type);
  out.type_b = text(of_b.type);
  out.layout = layout_text(pair.order);
  return out;
}

Result<std::vector<Deviation>> deviations(const Side& a, const Side& b, const Inputs& inputs,
                                          const std::vector<Pair>& pairs) {
  std::vector<ValueId> keep_a, keep_b;
  for (const Pair& pair : pairs) {
    keep_a.push_back(pair.a);
    keep_b.push_back(pair.b);
  }
  DLAS_ASSIGN(const Outputs of_a, a.executor->run(inputs.a, keep_a));
  DLAS_ASSIGN(const Outputs of_b, b.executor->run(inputs.b, keep_b));
  std::vector<Deviation> all;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const Tensor x = seen(a, pairs[i].a, of_a.kept[i]), y = seen(b, pairs[i].b, of_b.kept[i]);
    all.push_back(deviation(x, reordered(y, pairs[i].order)));
  }
  return all;
}

// The noise of one side by pair. Where it cannot be measured nothing counts as explained, and a note says so.
Result<std::vector<double>> noise_of(const char* which, const Side& side,
                                     const std::vector<std::vector<Tensor>>& inputs, const std::vector<ValueId>& keep,
                                     std::vector<std::string>& notes) {
  auto noise = measure_noise(side.executor->graph(), inputs, keep, side.background);
  if (noise.ok() || noise.error().code == Code::cancelled) return noise;
  notes.push_back(fmt::format("what noise explains of {} could not be measured: {}", which, noise.error().message()));
  return std::vector<double>(keep.size(), 0);
}

Status set_floors(const Side& a, const Side& b, const std::vector<Inputs>& inputs, const std::vector<Pair>& pairs,
                  Difference& difference) {
  std::vector<std::vector<Tensor>> inputs_a, inputs_b;
  for (const Inputs& one : inputs) {
    inputs_a.push_back(one.a);
    inputs_b.push_back(one.b);
  }
  std::vector<ValueId> keep_a, keep_b;
  for (const Pair& pair : pairs) {
    keep_a.push_back(pair.a);
    keep_b.push_back(pair.b);
  }
  DLAS_ASSIGN(const auto noise_a, noise_of("A", a, inputs_a, keep_a, difference.notes));
  DLAS_ASSIGN(const auto noise_b, noise_of("B", b, inputs_b, keep_b, difference.notes));
  for (std::size_t i = 0; i < pairs.size(); ++i)
    difference.values[i].floor =
        kExplained * std::hypot(a.executor->roundings() * noise_a[i], b.executor->roundings() * noise_b[i]);
  return {};
}

// Pairs that turned out to be none; a note names them.
void leave_out(const std::vector<std::size_t>& positions, Difference& difference) {
  for (std::size_t k = positions.size(); k-- > 0;) {
    const auto at = difference.values.begin() + static_cast<std::ptrdiff_t>(positions[k]);
    difference.notes.push_back(
        fmt::format("left out, since all that follows from them agrees though they differ: '{}' of A and '{}' of B",
                    at->name_a, at->name_b));
    difference.values.erase(at);
    if (difference.output && *difference.output > positions[k]) --*difference.output;
  }
}

}  // namespace

Status error_curve(const Side& a, const Side& b, const std::vector<Inputs>& inputs, Difference& difference) {
  DLAS_ASSIGN(const Alignment alignment, align(a, b, inputs[0].a, inputs[0].b));
  const Graph &graph_a = a.executor->graph(), &graph_b = b.executor->graph();
  difference.quantised = any_quantised(graph_a) || any_quantised(graph_b);
  for (const Pair& pair : alignment.pairs) {
    if (!graph_a.outputs.empty() && pair.a == graph_a.outputs[0]) difference.output = difference.values.size();
    difference.values.push_back(describe(graph_a, graph_b, pair));
  }
  difference.outputs_compared = alignment.unmatched.empty();
  difference.notes.insert(difference.notes.end(), alignment.unmatched.begin(), alignment.unmatched.end());
  DLAS_TRY(set_floors(a, b, inputs, alignment.pairs, difference));

  std::vector<std::optional<Result<std::vector<Deviation>>>> results(inputs.size());
  parallel_for(
      std::ssize(inputs),
      [&](std::int64_t i) {
        const auto at = static_cast<std::size_t>(i);
        results[at] = deviations(a, b, inputs[at], alignment.pairs);
      },
      stop_requested);
  for (auto& result : results) {
    if (!result) return make_error(Code::cancelled, "", "stopped by the user");
    DLAS_ASSIGN(const std::vector<Deviation> all, *std::move(result));
    for (std::size_t i = 0; i < all.size(); ++i) {
      difference.values[i].relative = std::max(difference.values[i].relative, all[i].relative);
      difference.values[i].largest = std::max(difference.values[i].largest, all[i].largest);
      difference.values[i].rms = std::max(difference.values[i].rms, all[i].rms);
    }
  }
  for (ValuePair& value : difference.values) value.diverges = !(value.relative <= value.floor);
  leave_out(mispaired(graph_a, graph_b, alignment.pairs, difference.values), difference);
  const auto first = std::ranges::find_if(difference.values, &ValuePair::diverges);
  if (first != difference.values.end())
    difference.first_divergence = static_cast<std::size_t>(first - difference.values.begin());
  return {};
}

}  // namespace dlas::study
