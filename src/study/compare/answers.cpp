#include "study/compare/answers.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "study/compare/align.h"

namespace dlas::study {
namespace {

struct Timed {
  Outputs outputs;
  double milliseconds = 0;
};

Result<Timed> timed_run(const Side& side, std::span<const Tensor> inputs) {
  const auto start = std::chrono::steady_clock::now();
  DLAS_ASSIGN(Outputs outputs, side.executor->run(inputs, {}));
  const std::chrono::duration<double, std::milli> time = std::chrono::steady_clock::now() - start;
  return Timed{std::move(outputs), time.count()};
}

std::vector<float> class_scores(const Side& side, const Outputs& outputs, int offset) {
  const Graph& graph = side.executor->graph();
  if (outputs.outputs.empty()) return {};
  std::vector<float> all = scores(outputs.outputs[0], graph.value(graph.outputs[0]).type);
  if (std::ssize(all) > offset) all.erase(all.begin(), all.begin() + offset);
  return all;
}

bool equal_values(const Side& a, const Outputs& in_a, const Side& b, const Outputs& in_b) {
  const Graph &graph_a = a.executor->graph(), &graph_b = b.executor->graph();
  if (in_a.outputs.size() != in_b.outputs.size()) return false;
  for (std::size_t i = 0; i < in_a.outputs.size(); ++i) {
    const Tensor x = real_values(in_a.outputs[i], graph_a.value(graph_a.outputs[i]).type);
    const Tensor y = real_values(in_b.outputs[i], graph_b.value(graph_b.outputs[i]).type);
    if (x.count() != y.count() || deviation(x, y).largest > 0) return false;
  }
  return true;
}

int output_size(const Side& side) {
  const Graph& graph = side.executor->graph();
  if (graph.outputs.empty()) return 0;
  const Type& type = graph.value(graph.outputs[0]).type;
  if (!type.fixed()) return 0;
  std::int64_t longest = 1;
  for (const std::int64_t size : type.shape()) longest = std::max(longest, size);
  return longest == type.count().value_or(0) ? static_cast<int>(std::min<std::int64_t>(longest, 1 << 30)) : 0;
}

Result<int> class_offset(const Side& side, const data::ClassSet& classes, int other) {
  const int size = output_size(side);
  if (classes.count > 0 && size > 1) {
    DLAS_ASSIGN(const data::LabelMap map, data::label_map(classes, size, side.recipe.labels));
    return map.offset;
  }
  if (side.recipe.labels == data::LabelKind::classes1001) return 1;
  return !side.recipe.labels && size == 1001 && other == 1000 ? 1 : 0;
}

}  // namespace

Result<Offsets> class_offsets(const Side& a, const Side& b, const data::ClassSet& classes) {
  const int size_a = output_size(a), size_b = output_size(b);
  Offsets offsets;
  auto of_a = class_offset(a, classes, size_b);
  if (!of_a.ok()) return std::move(of_a).error().in(a.name);
  auto of_b = class_offset(b, classes, size_a);
  if (!of_b.ok()) return std::move(of_b).error().in(b.name);
  offsets = {*of_a, *of_b};
  if (size_a > 1 && size_b > 1 && size_a - offsets.a != size_b - offsets.b)
    return make_error(Code::mismatch, std::to_string(size_a - offsets.a) + " classes as in the other model",
                      std::to_string(size_b - offsets.b) + " classes")
        .in(b.name)
        .try_this("say what the outputs stand for: labels(1000) or labels(1001) in --recipe-a and --recipe-b");
  return offsets;
}

Result<bool> equal_outputs(const Side& a, std::span<const Tensor> inputs_a, const Side& b,
                           std::span<const Tensor> inputs_b) {
  DLAS_ASSIGN(const Timed run_a, timed_run(a, inputs_a));
  DLAS_ASSIGN(const Timed run_b, timed_run(b, inputs_b));
  return equal_values(a, run_a.outputs, b, run_b.outputs);
}

Result<Answers> answers(const Side& a, const Side& b, const data::Item& item, Offsets offsets, bool swap) {
  DLAS_ASSIGN(const std::vector<Tensor> inputs_a, model_inputs(a, item.image));
  DLAS_ASSIGN(const std::vector<Tensor> inputs_b, model_inputs(b, item.image));
  DLAS_ASSIGN(Timed first, swap ? timed_run(b, inputs_b) : timed_run(a, inputs_a));
  DLAS_ASSIGN(Timed second, swap ? timed_run(a, inputs_a) : timed_run(b, inputs_b));
  const Timed &run_a = swap ? second : first, &run_b = swap ? first : second;

  Answers out;
  out.image = item.name;
  out.label = item.label;
  out.milliseconds_a = run_a.milliseconds;
  out.milliseconds_b = run_b.milliseconds;
  out.equal = equal_values(a, run_a.outputs, b, run_b.outputs);
  const std::vector<float> of_a = class_scores(a, run_a.outputs, offsets.a);
  const std::vector<float> of_b = class_scores(b, run_b.outputs, offsets.b);
  out.classifies = of_a.size() > 1 && of_a.size() == of_b.size();
  if (!out.classifies) return out;
  out.top_a = largest(of_a, 5);
  out.top_b = largest(of_b, 5);
  const auto score = [&](int i) { return static_cast<double>(of_a[static_cast<std::size_t>(i)]); };
  out.margin = score(out.top_a[0]) - score(out.top_a[1]);
  for (std::size_t i = 0; i < of_a.size(); ++i) {
    const double d = std::abs(static_cast<double>(of_a[i]) - static_cast<double>(of_b[i]));
    out.largest = d > out.largest || d != d ? d : out.largest;
    out.mean += d / static_cast<double>(of_a.size());
  }
  return out;
}

}  // namespace dlas::study
