#include "report/overlay.h"

#include <limits>
#include <map>

#include "base/text.h"
#include "report/sections.h"

namespace dlas::report {
namespace {

struct Result {
  double error = 0;
  const char* background = "";
};

constexpr char kAgrees[] = "#d5ecdc", kDiffers[] = "#ffd8c4", kFirst[] = "#f08a55";

}  // namespace

nlohmann::ordered_json overlay(const nlohmann::json& diff) {
  const Json& values = list(diff, "values");
  const auto first = first_divergence(diff);
  std::map<std::string, Result> results;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double error = number(values[i], "relative").value_or(std::numeric_limits<double>::max());
    const Result result{error, first == i ? kFirst : flag(values[i], "diverges") ? kDiffers : kAgrees};
    for (const char* side : {"a", "b"}) {
      const auto [found, fresh] = results.emplace(raw_text(values[i], side), result);
      if (!fresh && error > found->second.error) found->second = result;
    }
  }
  nlohmann::ordered_json::object_t named;  // appended, not looked up: it is a list
  for (const auto& [name, result] : results)
    if (!name.empty())
      named.emplace_back(
          valid_utf8(name),
          nlohmann::ordered_json{{"value", result.error}, {"bgColor", result.background}, {"textColor", "#1c2128"}});
  return {{"results", std::move(named)}};
}

}  // namespace dlas::report
