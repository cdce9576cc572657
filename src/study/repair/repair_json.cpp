#include "study/repair/repair_json.h"

#include <cmath>

#include "base/text.h"
#include "study/repair/edit_json.h"

namespace dlas::study {
namespace {

using Json = nlohmann::ordered_json;

// JSON has no infinity.
Json number(double x) { return std::isfinite(x) ? Json(x) : Json(); }

Json figures(const Agreement& a) {
  return {{"images", a.images},
          {"differ", a.differ},
          {"rate", a.images > 0 ? static_cast<double>(a.differ) / static_cast<double>(a.images) : 0.0},
          {"rate_low", a.rate.low},
          {"rate_high", a.rate.high},
          {"overlap", a.overlap},
          {"distance", number(a.distance)}};
}

Json state(const Agreement& shown, const Agreement& held, const Localization& l) {
  Json out = {{"shown", figures(shown)}, {"held_out", figures(held)}, {"findings", Json::array()}};
  for (const localize::Finding& f : l.findings)
    out["findings"].push_back({{"category", localize::text(f.category)}, {"diagnosis", valid_utf8(f.diagnosis)}});
  return out;
}

Json list(const std::vector<Edit>& edits) {
  Json out = Json::array();
  for (const Edit& e : edits) out.push_back(to_json(e));
  return out;
}

}  // namespace

Json to_json(const Repair& r) {
  Json trials = Json::array(), left_out = Json::array();
  for (const Trial& t : r.trials)
    trials.push_back({{"diagnosis", valid_utf8(t.diagnosis)},
                      {"accepted", t.accepted},
                      {"reason", valid_utf8(t.reason)},
                      {"edits", list(t.edits)}});
  for (const std::string& line : r.left_out) left_out.push_back(valid_utf8(line));
  return {{"schema", "dlas.repair/1"},
          {"edits", list(r.edits)},
          {"recipe", r.recipe ? Json(data::text(*r.recipe)) : Json()},
          {"before", state(r.shown_before, r.held_before, r.before)},
          {"after", state(r.shown_after, r.held_after, r.after)},
          {"trials", std::move(trials)},
          {"left_out", std::move(left_out)},
          {"out_of_time", r.out_of_time}};
}

}  // namespace dlas::study
