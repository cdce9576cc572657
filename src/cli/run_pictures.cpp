// dlas run --data: answers on pictures.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/destination.h"
#include "cli/run.h"
#include "data/dataset.h"
#include "study/classify/classify.h"

namespace dlas::cli {
namespace {

using Json = nlohmann::ordered_json;

// Everything that is told about a run.
struct Told {
  const study::Opened& model;
  const study::Chosen& recipe;
  const data::Dataset& dataset;
  const study::Classification& answers;
  const study::ClassNames& names;
  std::uint64_t seed;
};

std::string output_name(const Told& t, int output) {
  const auto at = static_cast<std::size_t>(output);
  if (at < t.names.names.size()) return t.names.names[at];
  const int label = output - t.answers.offset;
  if (label < 0) return "background";
  const data::ClassSet& classes = t.dataset.classes();
  return label < classes.count ? classes.name(label) : std::to_string(label);
}

std::string label_name(const Told& t, std::optional<int> label) {
  return label ? output_name(t, *label + t.answers.offset) : "";
}

Json accuracy_json(const std::optional<study::Accuracy>& a) {
  if (!a) return nullptr;
  return {{"accuracy", static_cast<double>(a->hits) / static_cast<double>(a->images)},
          {"right", a->hits},
          {"low", a->interval.low},
          {"high", a->interval.high}};
}

Json to_json(const Told& t) {
  Json json = {{"schema", "dlas.run/1"},
               {"model", valid_utf8(t.model.path)},
               {"executor", valid_utf8(t.model.executor->describe())},
               {"recipe", data::text(t.recipe.recipe)},
               {"recipe_from", t.recipe.origin},
               {"data", valid_utf8(t.dataset.description())},
               {"seed", t.seed},
               {"images", t.answers.images.size()},
               {"left_out", t.dataset.left_out()},
               {"top1", accuracy_json(t.answers.top1)},
               {"top5", accuracy_json(t.answers.top5)}};
  json["answers"] = Json::array();
  for (const study::Classified& one : t.answers.images) {
    Json top = Json::array();
    for (std::size_t i = 0; i < one.outputs.size(); ++i)
      top.push_back({{"class", one.outputs[i] - t.answers.offset},
                     {"name", valid_utf8(output_name(t, one.outputs[i]))},
                     {"score", static_cast<double>(one.scores[i])}});
    json["answers"].push_back({{"image", valid_utf8(one.image)},
                               {"label", one.label ? Json(*one.label) : Json(nullptr)},
                               {"top", std::move(top)}});
  }
  return json;
}

// One line an answer: image, its label, rank, class, name, score.
std::string to_csv(const Told& t) {
  std::string out = "image,label,label_name,rank,class,name,score\n";
  for (const study::Classified& one : t.answers.images)
    for (std::size_t i = 0; i < one.outputs.size(); ++i)
      out += fmt::format("{},{},{},{},{},{},{}\n", for_csv(one.image), one.label ? std::to_string(*one.label) : "",
                         for_csv(label_name(t, one.label)), i + 1, one.outputs[i] - t.answers.offset,
                         for_csv(output_name(t, one.outputs[i])), one.scores[i]);
  return out;
}

std::string accuracy_line(std::string_view depth, const std::optional<study::Accuracy>& a) {
  if (!a) return "";
  return fmt::format("{} accuracy {:.2f} %: {} of {} images (95 %: {:.2f} to {:.2f} %)\n", depth,
                     100.0 * static_cast<double>(a->hits) / static_cast<double>(a->images), thousands(a->hits),
                     thousands(a->images), a->interval.low * 100, a->interval.high * 100);
}

std::string to_text(const Told& t) {
  std::string out = accuracy_line("top-1", t.answers.top1) + accuracy_line("top-5", t.answers.top5);
  if (!t.answers.top1) out += fmt::format("{} images, not all with a label\n", thousands(t.answers.images.size()));
  out += "recipe " + data::text(t.recipe.recipe) + "  (" + for_terminal(t.recipe.origin) + ")\n";
  if (!t.names.origin.empty()) out += "names  " + for_terminal(t.names.origin) + "\n";
  if (const std::string left_out = study::left_out_text(t.dataset.left_out()); !left_out.empty())
    out += left_out + "\n";
  for (const study::Classified& one : t.answers.images) {
    out += for_terminal(one.image) + ":";
    for (std::size_t i = 0; i < one.outputs.size(); ++i)
      out += fmt::format("{} {} ({})", i ? ";" : "", for_terminal(output_name(t, one.outputs[i])),
                         significant(static_cast<double>(one.scores[i])));
    if (one.label) out += "  [" + for_terminal(label_name(t, one.label)) + "]";
    out += "\n";
  }
  return out;
}

}  // namespace

Status run_pictures(const study::Opened& model, const RunOptions& o) {
  DLAS_ASSIGN(const study::Chosen recipe, study::choose_recipe(o.recipe, model));
  DLAS_ASSIGN(const data::Dataset dataset, data::open_dataset(o.pictures.data));
  DLAS_ASSIGN(const study::ClassNames names, study::class_names(o.pictures.labels, model));
  const study::Side side{o.model, model.executor.get(), recipe.recipe};
  DLAS_ASSIGN(const study::Classification answers,
              study::classify(side, dataset, {o.pictures.images, o.pictures.seed, o.top}));
  const Told told{model, recipe, dataset, answers, names, o.pictures.seed};
  if (!o.outputs.empty()) {
    const bool json = extension_of(o.outputs) == ".json";
    DLAS_TRY(deliver(o.outputs, json ? pretty(to_json(told)) : to_csv(told)));
    if (o.outputs == "-") return {};
  }
  print(o.json ? pretty(to_json(told)) : to_text(told));
  return {};
}

}  // namespace dlas::cli
