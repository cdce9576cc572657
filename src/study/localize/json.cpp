#include "study/localize/json.h"

#include <cmath>

#include "base/text.h"
#include "dlas_version.h"
#include "study/repair/edit_json.h"

namespace dlas::study {
namespace {

using Json = nlohmann::ordered_json;

Json number(double x) { return std::isfinite(x) ? Json(x) : Json(nullptr); }

Json nodes_json(const std::vector<localize::NodeName>& nodes) {
  Json out = Json::array();
  for (const localize::NodeName& node : nodes)
    out.push_back({{"name", valid_utf8(node.name)}, {"op", valid_utf8(node.op)}});
  return out;
}

Json texts_json(const std::vector<std::string>& texts) {
  Json out = Json::array();
  for (const std::string& text : texts) out.push_back(valid_utf8(text));
  return out;
}

Json finding_json(const localize::Finding& f, std::size_t rank) {
  Json out = {{"rank", rank},
              {"category", text(f.category)},
              {"rule", f.rule},
              {"diagnosis", valid_utf8(f.diagnosis)},
              {"evidence", texts_json(f.evidence)},
              {"source_nodes", nodes_json(f.source_nodes)},
              {"target_nodes", nodes_json(f.target_nodes)},
              {"source_value", valid_utf8(f.source_value)},
              {"target_value", valid_utf8(f.target_value)},
              {"local_error", number(f.local_error)},
              {"free_error", number(f.free_error)},
              {"noise_floor", number(f.noise_floor)},
              {"p", number(f.p)},
              {"confidence", number(f.confidence)},
              {"confirmed", f.confirmed},
              {"recovered", f.recovered ? number(*f.recovered) : Json(nullptr)}};
  out["edits"] = Json::array();
  for (const Edit& edit : f.proposals) out["edits"].push_back(to_json(edit));
  return out;
}

Json contract_json(const localize::Contract& c) {
  return {{"inputs_fit", c.inputs_fit},
          {"recipe", c.recipe.empty() ? Json(nullptr) : Json(valid_utf8(c.recipe))},
          {"input_layout", {{"source", c.input_layout_a}, {"target", c.input_layout_b}}},
          {"answers", {{"source", c.output_scale_a}, {"target", c.output_scale_b}}},
          {"outputs", {{"source", c.outputs_a}, {"target", c.outputs_b}}},
          {"classes", {{"source", c.classes_a}, {"target", c.classes_b}}},
          {"evidence", texts_json(c.evidence)}};
}

Json place_json(const Localization::Place& p) {
  return {{"source", valid_utf8(p.value_a)},    {"target", valid_utf8(p.value_b)},
          {"op_source", valid_utf8(p.op_a)},    {"op_target", valid_utf8(p.op_b)},
          {"axes_of_target", p.layout},         {"local_error", number(p.local_error)},
          {"free_error", number(p.free_error)}, {"noise_floor", number(p.noise_floor)},
          {"confidence", number(p.confidence)}, {"finding", p.finding}};
}

}  // namespace

Json to_json(const Localization& r) {
  Json json = {{"schema", kLocalizeSchema},
               {"verdict", r.findings.empty() ? "no finding" : "findings"},
               {"images", r.images},
               {"data", valid_utf8(r.data)},
               {"seed", r.seed},
               {"source", {{"name", valid_utf8(r.name_a)}, {"recipe", valid_utf8(r.recipe_a)}}},
               {"target", {{"name", valid_utf8(r.name_b)}, {"recipe", valid_utf8(r.recipe_b)}}},
               {"quantised", r.quantised},
               {"parameters", {{"alike", r.alike}, {"of", r.parameters}}},
               {"unmatched", {{"source", r.unmatched_a}, {"target", r.unmatched_b}}},
               {"output_error", number(r.output_error)},
               {"contract", contract_json(r.contract)}};
  json["findings"] = Json::array();
  for (std::size_t i = 0; i < r.findings.size(); ++i) json["findings"].push_back(finding_json(r.findings[i], i + 1));
  json["regions"] = Json::array();
  for (const auto& place : r.places) json["regions"].push_back(place_json(place));
  json["chain"] = Json::array();
  for (const auto& link : r.chain)
    json["chain"].push_back({{"source", valid_utf8(link.source)},
                             {"target", valid_utf8(link.target)},
                             {"findings", link.findings},
                             {"first", link.findings == 0 ? Json(nullptr) : Json(valid_utf8(link.first))}});
  json["notes"] = texts_json(r.notes);
  json["command"] = r.command.empty() ? Json(nullptr) : Json(valid_utf8(r.command));
  json["environment"] = {{"dlas", kVersion}, {"compiler", kCompiler}, {"build", kBuildType}, {"target", kTarget}};
  return json;
}

}  // namespace dlas::study
