// dlas run: the answers of a model on pictures, with accuracy when labels are known; or any tensors in, any values out.
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/progress.h"
#include "base/text.h"
#include "base/threads.h"
#include "cli/command.h"
#include "data/dataset.h"
#include "data/npy.h"
#include "data/sample.h"
#include "study/compare/diff.h"

namespace dlas::cli {
namespace {

using Json = nlohmann::ordered_json;

struct Options {
  std::string model, data, recipe, inputs, outputs, kernels = "reference";
  std::vector<std::string> keep;
  int top = 5;
  std::int64_t images = 1000;
  std::uint64_t seed = 1;
  bool json = false;
};

struct Answer {
  std::string image;
  std::optional<int> label;
  std::vector<int> top;
  std::vector<float> scores;  // of `top`
};

Result<Answer> answer(const study::Side& side, const data::Item& item, int offset, int top) {
  DLAS_ASSIGN(const std::vector<Tensor> inputs, study::model_inputs(side, item.image));
  DLAS_ASSIGN(const Outputs outputs, side.executor->run(inputs, {}));
  const Graph& graph = side.executor->graph();
  std::vector<float> all;
  if (!outputs.outputs.empty()) all = study::scores(outputs.outputs[0], graph.value(graph.outputs[0]).type);
  if (all.empty())
    return make_error(Code::usage, "a model whose first output is a list of scores", "another output")
        .in(side.name)
        .try_this("give the tensors with --inputs x.npz --outputs y.npz");
  Answer out{item.name, item.label, study::largest(all, std::max(top, 5) + offset), {}};
  for (const int i : out.top) out.scores.push_back(all[static_cast<std::size_t>(i)]);
  for (int& i : out.top) i -= offset;
  return out;
}

// Outputs before class 0, from the recipe, the dataset and the size of the output.
Result<int> offset_of(const study::Side& side, const data::ClassSet& classes) {
  const Graph& graph = side.executor->graph();
  const Type& type = graph.value(graph.outputs[0]).type;
  if (classes.count == 0 || !type.fixed()) return side.recipe.labels == data::LabelKind::classes1001 ? 1 : 0;
  const int outputs = static_cast<int>(std::min<std::int64_t>(type.count().value_or(0), 1 << 30));
  auto map = data::label_map(classes, outputs, side.recipe.labels);
  if (!map.ok()) return std::move(map).error().in(side.name);
  return map->offset;
}

Result<std::vector<Answer>> all_answers(const study::Side& side, const data::Dataset& dataset, const Options& o) {
  DLAS_ASSIGN(const int offset, offset_of(side, dataset.classes()));
  const std::vector<std::int64_t> items = data::sample(dataset.size(), o.images, o.seed);
  std::vector<std::optional<Result<Answer>>> slots(items.size());
  Progress progress("images", std::ssize(items));
  parallel_for(
      std::ssize(items),
      [&](std::int64_t i) {
        const auto at = static_cast<std::size_t>(i);
        auto item = dataset.item(items[at]);
        slots[at] = item.ok() ? answer(side, *item, offset, o.top) : Result<Answer>(std::move(item).error());
        progress.advance();
      },
      stop_requested);
  std::vector<Answer> all;
  for (auto& slot : slots) {
    if (!slot) return make_error(Code::cancelled, "", "stopped by the user");
    DLAS_ASSIGN(Answer one, *std::move(slot));
    all.push_back(std::move(one));
  }
  return all;
}

struct Accuracy {
  std::int64_t hits = 0, images = 0;
  study::Interval interval;
};

std::optional<Accuracy> accuracy(const std::vector<Answer>& all, std::ptrdiff_t depth) {
  Accuracy out{0, std::ssize(all), {}};
  for (const Answer& one : all) {
    if (!one.label) return std::nullopt;
    const auto end = one.top.begin() + std::min(depth, std::ssize(one.top));
    out.hits += std::find(one.top.begin(), end, *one.label) != end;
  }
  out.interval = study::clopper_pearson(out.hits, out.images);
  return out;
}

std::string class_name(const data::ClassSet& classes, int label) {
  std::string name = label >= 0 && label < classes.count ? classes.name(label) : "";
  return name.empty() ? std::to_string(label) : name;
}

Json answers_json(const std::vector<Answer>& all, const data::ClassSet& classes, int top) {
  Json list = Json::array();
  for (const Answer& one : all) {
    Json answers = Json::array();
    for (std::size_t i = 0; i < one.top.size() && static_cast<int>(i) < top; ++i)
      answers.push_back({{"class", one.top[i]},
                         {"name", valid_utf8(class_name(classes, one.top[i]))},
                         {"score", static_cast<double>(one.scores[i])}});
    list.push_back({{"image", valid_utf8(one.image)},
                    {"label", one.label ? Json(*one.label) : Json(nullptr)},
                    {"top", std::move(answers)}});
  }
  return list;
}

std::string answers_text(const std::vector<Answer>& all, const data::ClassSet& classes, int top) {
  std::string out;
  for (const Answer& one : all) {
    out += for_terminal(one.image) + ":";
    for (std::size_t i = 0; i < one.top.size() && static_cast<int>(i) < top; ++i)
      out += fmt::format("{} {} ({})", i ? "," : "", for_terminal(class_name(classes, one.top[i])),
                         significant(static_cast<double>(one.scores[i])));
    out += "\n";
  }
  return out;
}

void print_answers(const std::vector<Answer>& all, const data::Dataset& dataset, const Options& o) {
  const auto top1 = accuracy(all, 1), top5 = accuracy(all, 5);
  if (o.json) {
    Json json = {{"schema", "dlas.run/1"}, {"images", all.size()}};
    for (const auto& [key, value] : {std::pair("top1", top1), std::pair("top5", top5)})
      json[key] = value ? Json{{"accuracy", static_cast<double>(value->hits) / static_cast<double>(value->images)},
                               {"low", value->interval.low},
                               {"high", value->interval.high}}
                        : Json(nullptr);
    json["answers"] = answers_json(all, dataset.classes(), o.top);
    return print(pretty(json));
  }
  print(answers_text(all, dataset.classes(), o.top));
  for (const auto& [key, value] : {std::pair("top-1", top1), std::pair("top-5", top5)})
    if (value)
      print(fmt::format("{} accuracy {:.2f} % of {} images (95 %: {:.2f} to {:.2f} %)\n", key,
                        100.0 * static_cast<double>(value->hits) / static_cast<double>(value->images), value->images,
                        value->interval.low * 100, value->interval.high * 100));
}

Status run_pictures(const Executor& executor, const Options& o) {
  DLAS_ASSIGN(data::Recipe recipe, recipe_for(o.recipe, o.model, executor.graph()));
  const study::Side side{o.model, &executor, study::with_input_layout(std::move(recipe), executor.graph())};
  if (executor.graph().outputs.empty()) return make_error(Code::usage, "a model with an output", "none").in(o.model);
  DLAS_ASSIGN(const data::Dataset dataset, data::open_dataset(o.data));
  DLAS_ASSIGN(const std::vector<Answer> all, all_answers(side, dataset, o));
  print_answers(all, dataset, o);
  return {};
}

Result<std::vector<ValueId>> kept_values(const Graph& graph, const Options& o) {
  std::vector<ValueId> keep;
  std::vector<std::string_view> names;
  for (const Value& value : graph.values()) names.push_back(value.name);
  for (const std::string& name : o.keep) {
    keep.push_back(graph.find(name));
    if (keep.back() == kNone)
      return make_error(Code::not_found, "the name of a value", name + nearest(name, names)).in(o.model);
  }
  return keep;
}

Status run_tensors(const Executor& executor, const Options& o) {
  const Graph& graph = executor.graph();
  DLAS_ASSIGN(const auto arrays, data::read_arrays(o.inputs));
  auto inputs = study::inputs_by_name(graph, arrays);
  if (!inputs.ok()) return std::move(inputs).error().in(o.inputs);
  DLAS_ASSIGN(const std::vector<ValueId> keep, kept_values(graph, o));
  auto run = executor.run(*inputs, keep);
  if (!run.ok()) return std::move(run).error().in(o.model);
  std::vector<data::NamedTensor> named;
  for (std::size_t i = 0; i < graph.outputs.size(); ++i)
    named.emplace_back(graph.value(graph.outputs[i]).name, run->outputs[i]);
  for (std::size_t i = 0; i < keep.size(); ++i)
    if (std::ranges::find(graph.outputs, keep[i]) == graph.outputs.end()) named.emplace_back(o.keep[i], run->kept[i]);
  if (!o.outputs.empty()) DLAS_TRY(data::write_npz(o.outputs, named));
  Json json = {{"schema", "dlas.run/1"}, {"values", Json::array()}};
  std::string lines;
  for (const auto& [name, tensor] : named) {
    json["values"].push_back({{"name", valid_utf8(name)}, {"type", text(tensor)}, {"hash", text(hash_of(tensor))}});
    lines += for_terminal(name) + ": " + text(tensor) + "\n";
  }
  print(o.json ? pretty(json) : lines);
  return {};
}

Status run(const Options& o) {
  if (o.data.empty() == o.inputs.empty())
    return make_error(Code::usage, "either --data or --inputs", o.data.empty() ? "none" : "both");
  if (o.inputs.empty() && (!o.outputs.empty() || !o.keep.empty()))
    return make_error(Code::usage, "--outputs and --keep together with --inputs", "--data");
  DLAS_ASSIGN(const Traits traits, traits_of(o.kernels));
  DLAS_ASSIGN(const auto executor, open_model(o.model, traits));
  return o.inputs.empty() ? run_pictures(*executor, o) : run_tensors(*executor, o);
}

}  // namespace

void add_run(CLI::App& app, int& status) {
  CLI::App* command = app.add_subcommand("run", "the answers of a model on pictures, or any tensors in and out");
  auto o = std::make_shared<Options>();
  command->add_option("FILE", o->model, "a model: .onnx or .tflite")->required();
  command->add_option("--data", o->data, "pictures: a folder, IDX, CIFAR, a list.csv");
  command->add_option("--recipe", o->recipe, "how a picture becomes the input: a preset or words");
  command->add_option("--top", o->top, "how many answers an image")->check(CLI::Range(1, 1000))->capture_default_str();
  command->add_option("--images", o->images, "how many pictures")
      ->check(CLI::Range(1, 100'000'000))
      ->capture_default_str();
  command->add_option("--seed", o->seed, "which of them")->capture_default_str();
  command->add_option("--inputs", o->inputs, "tensors instead of pictures: .npz, or .npy for one input");
  command->add_option("--outputs", o->outputs, "write outputs and kept values as .npz");
  command->add_option("--keep", o->keep, "names of values to keep as well")->delimiter(',');
  command->add_option("--kernels", o->kernels, "whose quantised arithmetic: reference, builtin or xnnpack of LiteRT")
      ->capture_default_str();
  command->add_flag("--json", o->json, "as JSON");
  command->footer(
      "Example: dlas run a.onnx --data photos --recipe torchvision --top 5\n"
      "         dlas run a.onnx --inputs x.npz --outputs y.npz --keep conv1,relu1");
  command->callback([o, &status] {
    if (auto done = run(*o); !done.ok()) status = fail(done.error());
  });
}

}  // namespace dlas::cli
