#include "study/compare/diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/progress.h"
#include "base/threads.h"
#include "data/sample.h"
#include "study/compare/answers.h"
#include "study/compare/classes.h"
#include "study/compare/curve.h"
#include "study/compare/flip_pictures.h"
#include "study/compare/float_meaning.h"
#include "study/open/opened.h"
#include "study/statistics/paired.h"

namespace dlas::study {
namespace {

Error cancelled() { return make_error(Code::cancelled, "", "stopped by the user"); }

Result<std::vector<Answers>> all_answers(const Side& a, const Side& b, const data::Dataset& dataset,
                                         const std::vector<std::int64_t>& items, const Offsets& offsets) {
  std::vector<std::optional<Result<Answers>>> slots(items.size());
  Progress progress("images", std::ssize(items));
  parallel_for(
      std::ssize(items),
      [&](std::int64_t i) {
        const auto at = static_cast<std::size_t>(i);
        auto item = dataset.item(items[at]);
        slots[at] = item.ok() ? answers(a, b, *item, offsets, i % 2 != 0) : Result<Answers>(std::move(item).error());
        progress.advance();
      },
      stop_requested);
  std::vector<Answers> all;
  for (auto& slot : slots) {
    if (!slot) return cancelled();
    DLAS_ASSIGN(Answers one, *std::move(slot));
    all.push_back(std::move(one));
  }
  return all;
}

Result<bool> agrees_with_itself(const Side& side, std::span<const Tensor> inputs) {
  DLAS_ASSIGN(const Outputs first, side.executor->run(inputs, {}));
  DLAS_ASSIGN(const Outputs second, side.executor->run(inputs, {}));
  return std::ranges::equal(first.outputs, second.outputs,
                            [](const Tensor& x, const Tensor& y) { return x.same_bits(y); });
}

void count_accuracy(const std::vector<Answers>& all, Difference& out) {
  out.labelled = out.classifies && std::ranges::all_of(all, [](const Answers& x) { return x.label.has_value(); });
  if (!out.labelled) return;
  for (const Answers& one : all) {
    const bool right_a = one.top_a[0] == *one.label, right_b = one.top_b[0] == *one.label;
    out.a.correct += right_a;
    out.b.correct += right_b;
    out.only_a += right_a && !right_b;
    out.only_b += right_b && !right_a;
  }
  out.a.accuracy = clopper_pearson(out.a.correct, out.images);
  out.b.accuracy = clopper_pearson(out.b.correct, out.images);
  out.mcnemar = mcnemar(out.only_a, out.only_b);
}

Flip flip_of(const Answers& one, std::int64_t item, const data::ClassSet& classes) {
  Flip flip;
  flip.item = item;
  flip.image = one.image;
  const auto name = [&](int label) {
    std::string known = label < classes.count ? classes.name(label) : "";
    return known.empty() ? std::to_string(label) : known;
  };
  flip.answer_a = name(one.top_a[0]);
  flip.answer_b = name(one.top_b[0]);
  if (one.label) flip.label = name(*one.label);
  flip.margin = one.margin;
  flip.deviation = one.largest;
  return flip;
}

void count_answers(const std::vector<Answers>& all, const std::vector<std::int64_t>& items,
                   const data::ClassSet& classes, Difference& out) {
  out.images = std::ssize(all);
  out.classifies = std::ranges::all_of(all, &Answers::classifies);
  std::vector<double> times_a, times_b;
  double overlap = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Answers& one = all[i];
    times_a.push_back(one.milliseconds_a);
    times_b.push_back(one.milliseconds_b);
    out.outputs_equal = out.outputs_equal && one.equal;
    if (!out.classifies) continue;
    overlap += rank_biased_overlap(one.top_a, one.top_b);
    out.logit_largest = one.largest > out.logit_largest || one.largest != one.largest ? one.largest : out.logit_largest;
    out.logit_mean += one.mean / static_cast<double>(all.size());
    if (one.top_a[0] != one.top_b[0]) out.flips.push_back(flip_of(one, items[i], classes));
  }
  out.a.milliseconds = median(times_a);
  out.b.milliseconds = median(times_b);
  out.differ = std::ssize(out.flips);
  out.rate = clopper_pearson(out.differ, out.classifies ? out.images : 0);
  if (out.classifies) out.overlap = overlap / static_cast<double>(all.size());
  count_accuracy(all, out);
}

// A flip is near a tie when noise can turn the two best classes: each score may be off by the explained share of the
// scores' size, two of them by sqrt(2) of it.
void count_near_ties(Difference& out) {
  if (!out.output) return;
  const ValuePair& scores = out.values[*out.output];
  for (Flip& flip : out.flips) {
    flip.near_tie = flip.margin <= std::sqrt(2.0) * scores.floor * scores.rms;
    out.near_ties += flip.near_tie;
  }
}

Verdict judge(const Difference& d) {
  if (!d.a.agrees_with_itself || !d.b.agrees_with_itself) return Verdict::different;
  if (d.outputs_equal) return Verdict::identical;
  if (d.values.empty() || d.first_divergence || !d.outputs_compared) return Verdict::different;
  return d.quantised ? Verdict::quantisation : Verdict::rounding;
}

void describe_side(const Side& side, SideReport& report) {
  report.name = side.name;
  report.executor = side.executor->describe();
  report.recipe = data::text(side.recipe);
  report.graph = wiring(side.executor->graph());
}

Status compare_values(const Side& a, const Side& b, const std::vector<Inputs>& inputs, Difference& out) {
  DLAS_ASSIGN(out.a.agrees_with_itself, agrees_with_itself(a, inputs[0].a));
  DLAS_ASSIGN(out.b.agrees_with_itself, agrees_with_itself(b, inputs[0].b));
  DLAS_TRY(error_curve(a, b, inputs, out));
  count_near_ties(out);
  if (!out.a.agrees_with_itself) out.notes.push_back("A gives another answer when it runs again");
  if (!out.b.agrees_with_itself) out.notes.push_back("B gives another answer when it runs again");
  if (out.values.empty()) out.notes.push_back("no value of A could be aligned with one of B");
  out.verdict = judge(out);
  return {};
}

// What makes equal outputs no evidence: numbers that are none, and a model that answers every picture alike.
void note_strange_outputs(const std::vector<Answers>& all, std::vector<std::string>& notes) {
  const auto note = [&](const char* which, bool Answers::* finite, Hash Answers::* output) {
    const auto strange = std::ranges::count(all, false, finite);
    if (strange > 0)
      notes.push_back(all.size() == 1
                          ? fmt::format("{} gives NaN or infinity", which)
                          : fmt::format("{} gives NaN or infinity for {} of {} pictures", which, strange, all.size()));
    const bool alike = std::ranges::all_of(all, [&](const Answers& one) { return one.*output == all[0].*output; });
    if (all.size() > 1 && alike)
      notes.push_back(
          fmt::format("{} gives the same output for all {} pictures, so that they are no evidence", which, all.size()));
  };
  note("A", &Answers::finite_a, &Answers::output_a);
  note("B", &Answers::finite_b, &Answers::output_b);
}

// One model has "background" and the other has not.
void take_background_off(const char* which, Side& side, std::vector<std::string>& notes) {
  side.background = Background(side.executor->graph());
  std::string note = fmt::format("{}: output 0, background, is left out of the comparison", which);
  const Scale scale = output_scale(side.executor->graph());
  if (scale == Scale::probabilities)
    note += "; the other probabilities are divided by their sum, so that they again sum up to 1";
  if (scale == Scale::log_probabilities)
    note += "; the logarithm of the sum of the other probabilities is subtracted from theirs";
  notes.push_back(std::move(note));
}

}  // namespace

std::string_view text(Verdict verdict) {
  switch (verdict) {
    case Verdict::identical: return "identical";
    case Verdict::rounding: return "explained by rounding";
    case Verdict::quantisation: return "explained by quantisation";
    case Verdict::different: return "different";
  }
  return "different";
}

Result<Difference> diff(Side a, Side b, const data::Dataset& dataset, const DiffOptions& options) {
  Difference out;
  a.quantizations = quantizations(a.executor->graph());
  b.quantizations = quantizations(b.executor->graph());
  describe_side(a, out.a);
  describe_side(b, out.b);
  out.data = dataset.description();
  out.seed = options.seed;
  const std::vector<std::int64_t> items = data::sample(dataset.size(), options.images, options.seed);
  if (items.empty()) return make_error(Code::usage, "at least one image", "none").try_this("--images 100");
  DLAS_ASSIGN(const Offsets offsets, class_offsets(a, b, dataset.classes()));
  out.notes = offsets.notes;
  if (offsets.a > offsets.b) take_background_off("A", a, out.notes);
  if (offsets.b > offsets.a) take_background_off("B", b, out.notes);
  const Scale scale_a = output_scale(a.executor->graph()), scale_b = output_scale(b.executor->graph());
  if (scale_a != scale_b)
    out.notes.push_back(fmt::format("A gives {}, B {}: their distance says nothing, their order does",
                                    scale_text(scale_a), scale_text(scale_b)));
  out.a.first_class = offsets.a;
  out.b.first_class = offsets.b;

  std::vector<Inputs> inputs;
  for (std::size_t i = 0; i < items.size() && std::ssize(inputs) < options.curve; ++i) {
    DLAS_ASSIGN(const data::Item item, dataset.item(items[i]));
    DLAS_ASSIGN(std::vector<Tensor> of_a, model_inputs(a, item.image));
    DLAS_ASSIGN(std::vector<Tensor> of_b, model_inputs(b, item.image));
    inputs.push_back({std::move(of_a), std::move(of_b)});
  }
  DLAS_ASSIGN(const std::vector<Answers> all, all_answers(a, b, dataset, items, offsets));
  count_answers(all, items, named_classes(dataset.classes(), options, offsets, out.notes), out);
  DLAS_TRY(add_flip_pictures(dataset, out.flips));
  note_strange_outputs(all, out.notes);
  if (std::string left_out = left_out_text(dataset.left_out()); !left_out.empty()) out.notes.push_back(left_out);
  DLAS_TRY(compare_values(a, b, inputs, out));
  return out;
}

Result<Difference> diff_tensors(Side a, Side b, const std::vector<data::NamedTensor>& arrays) {
  Difference out;
  a.quantizations = quantizations(a.executor->graph());
  b.quantizations = quantizations(b.executor->graph());
  describe_side(a, out.a);
  describe_side(b, out.b);
  out.data = "given tensors";
  out.images = 1;
  DLAS_ASSIGN(std::vector<Tensor> of_a, inputs_by_name(a.executor->graph(), arrays));
  DLAS_ASSIGN(std::vector<Tensor> of_b, inputs_by_name(b.executor->graph(), arrays));
  const std::vector<Inputs> inputs = {{std::move(of_a), std::move(of_b)}};
  DLAS_ASSIGN(const Answers one, outputs_alone(a, inputs[0].a, b, inputs[0].b));
  out.outputs_equal = one.equal;
  note_strange_outputs({one}, out.notes);
  DLAS_TRY(compare_values(a, b, inputs, out));
  return out;
}

Result<std::vector<Tensor>> inputs_by_name(const Graph& graph, const std::vector<data::NamedTensor>& arrays) {
  std::vector<Tensor> inputs;
  for (const ValueId id : graph.inputs) {
    const std::string& name = graph.value(id).name;
    const auto found = std::ranges::find(arrays, name, &data::NamedTensor::first);
    if (found != arrays.end()) {
      inputs.push_back(found->second);
    } else if (graph.inputs.size() == 1 && arrays.size() == 1) {
      inputs.push_back(arrays[0].second);
    } else {
      std::string there;
      for (const auto& [key, tensor] : arrays) there += (there.empty() ? "" : ", ") + key;
      return make_error(Code::not_found, "an array named '" + name + "'", there.empty() ? "no arrays" : there);
    }
  }
  return inputs;
}

}  // namespace dlas::study
