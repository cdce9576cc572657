#include "study/compare/json.h"

#include <cmath>

#include "base/base64.h"
#include "base/json_budget.h"
#include "base/text.h"
#include "dlas_version.h"
#include "study/compare/json_graph.h"

namespace dlas::study {
namespace {

using Json = nlohmann::ordered_json;

Json number(double x) { return std::isfinite(x) ? Json(x) : Json(nullptr); }

Json side_json(const SideReport& side) {
  return {{"name", valid_utf8(side.name)},
          {"executor", valid_utf8(side.executor)},
          {"recipe", valid_utf8(side.recipe)},
          {"agrees_with_itself", side.agrees_with_itself},
          {"first_class", side.first_class},
          {"milliseconds",
           {{"median", number(side.milliseconds.value)},
            {"low", number(side.milliseconds.interval.low)},
            {"high", number(side.milliseconds.interval.high)},
            {"runs", side.milliseconds.count}}}};
}

Json accuracy_json(const Difference& d) {
  if (!d.labelled) return nullptr;
  const auto images = static_cast<double>(d.images);
  return {{"a", number(static_cast<double>(d.a.correct) / images)},
          {"a_low", d.a.accuracy.low},
          {"a_high", d.a.accuracy.high},
          {"b", number(static_cast<double>(d.b.correct) / images)},
          {"b_low", d.b.accuracy.low},
          {"b_high", d.b.accuracy.high},
          {"only_a", d.only_a},
          {"only_b", d.only_b},
          {"mcnemar_p", d.mcnemar}};
}

Json top1_json(const Difference& d) {
  if (!d.classifies) return nullptr;
  return {{"differ", d.differ},
          {"rate", static_cast<double>(d.differ) / static_cast<double>(d.images)},
          {"low", d.rate.low},
          {"high", d.rate.high},
          {"near_ties", d.near_ties}};
}

Json flip_json(const Flip& flip) {
  return {{"image", valid_utf8(flip.image)}, {"a", valid_utf8(flip.answer_a)},
          {"b", valid_utf8(flip.answer_b)},  {"label", flip.label ? Json(valid_utf8(*flip.label)) : Json(nullptr)},
          {"margin", number(flip.margin)},   {"deviation", number(flip.deviation)},
          {"near_tie", flip.near_tie},       {"png", flip.png.empty() ? Json(nullptr) : Json(base64(flip.png))}};
}

Json value_json(const ValuePair& value, std::size_t index) {
  return {{"index", index},
          {"a", valid_utf8(value.name_a)},
          {"b", valid_utf8(value.name_b)},
          {"op_a", valid_utf8(value.op_a)},
          {"op_b", valid_utf8(value.op_b)},
          {"type_a", valid_utf8(value.type_a)},
          {"type_b", valid_utf8(value.type_b)},
          {"axes_of_b", value.layout},
          {"relative", number(value.relative)},
          {"largest", number(value.largest)},
          {"floor", number(value.floor)},
          {"rms", number(value.rms)},
          {"diverges", value.diverges}};
}

Error wrong(std::string_view where, std::string_view expected) {
  return make_error(Code::format, expected, "something else").at_slot(where);
}

bool has_objects(const nlohmann::json& json, const char* list, std::initializer_list<const char*> texts) {
  const auto found = json.find(list);
  if (found == json.end() || !found->is_array()) return false;
  for (const auto& entry : *found) {
    if (!entry.is_object()) return false;
    for (const char* text : texts)
      if (!entry.contains(text) || !entry[text].is_string()) return false;
  }
  return true;
}

}  // namespace

nlohmann::ordered_json to_json(const Difference& d) {
  Json json = {{"schema", kDiffSchema},
               {"verdict", text(d.verdict)},
               {"images", d.images},
               {"data", valid_utf8(d.data)},
               {"seed", d.seed},
               {"a", side_json(d.a)},
               {"b", side_json(d.b)},
               {"top1", top1_json(d)},
               {"accuracy", accuracy_json(d)},
               {"outputs_equal", d.outputs_equal},
               {"quantised", d.quantised}};
  json["top5"] = d.classifies ? Json{{"rank_biased_overlap", number(d.overlap)}} : Json(nullptr);
  json["scores"] =
      d.classifies ? Json{{"largest", number(d.logit_largest)}, {"mean", number(d.logit_mean)}} : Json(nullptr);
  json["values"] = Json::array();
  for (std::size_t i = 0; i < d.values.size(); ++i) json["values"].push_back(value_json(d.values[i], i));
  json["first_divergence"] = d.first_divergence ? json["values"][*d.first_divergence] : Json(nullptr);
  json["flips"] = Json::array();
  for (const Flip& flip : d.flips) json["flips"].push_back(flip_json(flip));
  json["notes"] = Json::array();
  for (const std::string& note : d.notes) json["notes"].push_back(valid_utf8(note));
  json["command"] = d.command.empty() ? Json(nullptr) : Json(valid_utf8(d.command));
  json["environment"] = {{"dlas", kVersion}, {"compiler", kCompiler}, {"build", kBuildType}, {"target", kTarget}};
  json["graphs"] = {{"a", to_json(d.a.graph)}, {"b", to_json(d.b.graph)}};
  return json;
}

Result<nlohmann::json> parse_diff(std::string_view text) {
  DLAS_TRY(check_json_budget(text));
  nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
  if (json.is_discarded() || !json.is_object()) return make_error(Code::format, "a JSON object", "something else");
  if (!json.contains("schema") || json["schema"] != kDiffSchema)
    return wrong("\"schema\"", kDiffSchema).try_this("dlas diff A B --data D --json x.json");
  for (const char* key : {"verdict", "data"})
    if (!json.contains(key) || !json[key].is_string()) return wrong(key, "a text");
  for (const char* key : {"a", "b", "environment"})
    if (!json.contains(key) || !json[key].is_object()) return wrong(key, "an object");
  if (!json.contains("images") || !json["images"].is_number_integer()) return wrong("images", "a number");
  if (!has_objects(json, "values", {"a", "b", "op_a", "op_b"})) return wrong("values", "a list of aligned values");
  if (!has_objects(json, "flips", {"image", "a", "b"})) return wrong("flips", "a list of pictures");
  return json;
}

}  // namespace dlas::study
