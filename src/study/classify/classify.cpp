#include "study/classify/classify.h"

#include <algorithm>

#include "base/progress.h"
#include "base/threads.h"
#include "data/sample.h"

namespace dlas::study {
namespace {

constexpr int kTop = 5;  // of the accuracy that is reported beside top-1

int output_count(const Graph& graph) {
  const Type& type = graph.value(graph.outputs[0]).type;
  return type.fixed() ? static_cast<int>(std::min<std::int64_t>(type.count().value_or(0), 1 << 30)) : 0;
}

Result<int> offset_of(const Side& side, const data::ClassSet& classes, int outputs) {
  if (classes.count == 0 || outputs == 0) return side.recipe.labels == data::LabelKind::classes1001 ? 1 : 0;
  auto map = data::label_map(classes, outputs, side.recipe.labels);
  if (!map.ok()) return std::move(map).error().in(side.name);
  return map->offset;
}

Result<Classified> answer(const Side& side, const data::Item& item, int top) {
  DLAS_ASSIGN(const std::vector<Tensor> inputs, model_inputs(side, item.image));
  const Graph& graph = side.executor->graph();
  auto run = side.executor->run(inputs, {});
  if (!run.ok()) return std::move(run).error().in(side.name);
  const std::vector<float> all = scores(run->outputs[0], graph.value(graph.outputs[0]).type);
  if (all.empty())
    return make_error(Code::usage, "a model whose first output is a list of scores", text(run->outputs[0]))
        .in(side.name)
        .try_this("give the tensors with --inputs x.npz --outputs y.npz");
  Classified out{item.name, item.label, largest(all, top), {}};
  for (const int i : out.outputs) out.scores.push_back(all[static_cast<std::size_t>(i)]);
  return out;
}

std::optional<Accuracy> accuracy(const std::vector<Classified>& all, int offset, std::ptrdiff_t depth) {
  Accuracy out{0, std::ssize(all), {}};
  for (const Classified& one : all) {
    if (!one.label) return std::nullopt;
    const auto end = one.outputs.begin() + std::min(depth, std::ssize(one.outputs));
    out.hits += std::find(one.outputs.begin(), end, *one.label + offset) != end;
  }
  out.interval = clopper_pearson(out.hits, out.images);
  return out;
}

}  // namespace

Result<Classification> classify(const Side& side, const data::Dataset& dataset, const ClassifyOptions& options) {
  const Graph& graph = side.executor->graph();
  if (graph.outputs.empty()) return make_error(Code::usage, "a model with an output", "none").in(side.name);
  Classification out;
  out.outputs = output_count(graph);
  DLAS_ASSIGN(out.offset, offset_of(side, dataset.classes(), out.outputs));
  const std::vector<std::int64_t> items = data::sample(dataset.size(), options.images, options.seed);
  std::vector<std::optional<Result<Classified>>> slots(items.size());
  Progress progress("images", std::ssize(items));
  parallel_for(
      std::ssize(items),
      [&](std::int64_t i) {
        const auto at = static_cast<std::size_t>(i);
        auto item = dataset.item(items[at]);
        slots[at] =
            item.ok() ? answer(side, *item, std::max(options.top, kTop)) : Result<Classified>(std::move(item).error());
        progress.advance();
      },
      stop_requested);
  for (auto& slot : slots) {
    if (!slot) return make_error(Code::cancelled, "", "stopped by the user");
    DLAS_ASSIGN(Classified one, *std::move(slot));
    out.images.push_back(std::move(one));
  }
  out.top1 = accuracy(out.images, out.offset, 1);
  out.top5 = accuracy(out.images, out.offset, kTop);
  for (Classified& one : out.images) {
    const auto kept = static_cast<std::size_t>(std::min<std::ptrdiff_t>(options.top, std::ssize(one.outputs)));
    one.outputs.resize(kept);
    one.scores.resize(kept);
  }
  return out;
}

}  // namespace dlas::study
