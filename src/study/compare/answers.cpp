#include "study/compare/answers.h"

#include <fmt/format.h>

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
  const ValueId id = graph.outputs[0];
  std::vector<float> all = scores(outputs.outputs[0], side.type(id));
  if (all.empty() || offset == 0) return all;
  if (!side.background.taken_off()) return {all.begin() + std::min<std::ptrdiff_t>(offset, std::ssize(all)), all.end()};
  const Tensor classes = seen(side, id, outputs.outputs[0]);
  return {classes.as<float>().begin(), classes.as<float>().end()};
}

bool equal_values(const Side& a, const Outputs& in_a, const Side& b, const Outputs& in_b) {
  const Graph &graph_a = a.executor->graph(), &graph_b = b.executor->graph();
  if (in_a.outputs.size() != in_b.outputs.size()) return false;
  for (std::size_t i = 0; i < in_a.outputs.size(); ++i) {
    const Tensor x = seen(a, graph_a.outputs[i], in_a.outputs[i]);
    const Tensor y = seen(b, graph_b.outputs[i], in_b.outputs[i]);
    if (x.count() != y.count() || deviation(x, y).largest > 0) return false;
  }
  return true;
}

bool all_finite(const Outputs& outputs) {
  return std::ranges::all_of(outputs.outputs, [](const Tensor& tensor) { return not_finite(tensor) == 0; });
}

void look_at_outputs(const Side& a, const Outputs& in_a, const Side& b, const Outputs& in_b, Answers& out) {
  out.equal = equal_values(a, in_a, b, in_b);
  out.finite_a = all_finite(in_a);
  out.finite_b = all_finite(in_b);
  if (!in_a.outputs.empty()) out.output_a = hash_of(in_a.outputs[0]);
  if (!in_b.outputs.empty()) out.output_b = hash_of(in_b.outputs[0]);
}

Result<int> class_offset(const char* which, const Side& side, const data::ClassSet& classes,
                         std::vector<std::string>& notes) {
  const int size = class_outputs(side.executor->graph());
  const auto& said = side.recipe.labels;
  if (classes.count == 0 || size < 2) return said == data::LabelKind::classes1001 ? 1 : 0;
  auto map = data::label_map(classes, size, said);
  if (!map.ok()) return std::move(map).error().in(side.name);
  if (map->offset > 0 && said != data::LabelKind::classes1001)
    notes.push_back(fmt::format(
        "{}: output 0 taken as background, for the model has {} outputs and the data ImageNet's labels", which, size));
  return map->offset;
}

// The models do not give as many classes: what has to be said in a recipe, or that nothing helps.
Error other_classes(const Side& a, int classes_a, const Side& b, int classes_b) {
  Error error = make_error(Code::mismatch, fmt::format("{} classes as in the other model", classes_a),
                           fmt::format("{} classes", classes_b))
                    .in(b.name);
  if (std::abs(classes_a - classes_b) != 1) return error.try_this("models whose outputs stand for the same classes");
  const bool in_a = classes_a > classes_b;
  return error.try_this(fmt::format("if output 0 of {} is \"background\", add the word labels(1001) to {}",
                                    in_a ? a.name : b.name, in_a ? "--recipe-a" : "--recipe-b"));
}

}  // namespace

Result<Offsets> class_offsets(const Side& a, const Side& b, const data::ClassSet& classes) {
  Offsets offsets;
  DLAS_ASSIGN(offsets.a, class_offset("A", a, classes, offsets.notes));
  DLAS_ASSIGN(offsets.b, class_offset("B", b, classes, offsets.notes));
  const int size_a = class_outputs(a.executor->graph()), size_b = class_outputs(b.executor->graph());
  if (size_a > 1 && size_b > 1 && size_a - offsets.a != size_b - offsets.b)
    return other_classes(a, size_a - offsets.a, b, size_b - offsets.b);
  return offsets;
}

Result<Answers> outputs_alone(const Side& a, std::span<const Tensor> inputs_a, const Side& b,
                              std::span<const Tensor> inputs_b) {
  DLAS_ASSIGN(const Timed run_a, timed_run(a, inputs_a));
  DLAS_ASSIGN(const Timed run_b, timed_run(b, inputs_b));
  Answers out;
  look_at_outputs(a, run_a.outputs, b, run_b.outputs, out);
  return out;
}

Result<Answers> answers(const Side& a, const Side& b, const data::Item& item, const Offsets& offsets, bool swap) {
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
  look_at_outputs(a, run_a.outputs, b, run_b.outputs, out);
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
