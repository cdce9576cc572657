#include "report/overlay.h"

#include <gtest/gtest.h>

#include <limits>

namespace dlas::report {
namespace {

nlohmann::json diff_with(nlohmann::json values) { return {{"values", std::move(values)}}; }

TEST(Overlay, GivesTheErrorUnderTheNamesOfBothSides) {
  const auto json = overlay(diff_with({{{"a", "conv"}, {"b", "conv;relu"}, {"relative", 0.25}, {"diverges", true}},
                                       {{"a", "out"}, {"b", "out"}, {"relative", 0.0}, {"diverges", false}}}));
  EXPECT_EQ(json["results"].size(), 3U);
  EXPECT_EQ(json["results"]["conv"]["value"], 0.25);
  EXPECT_EQ(json["results"]["conv;relu"]["value"], 0.25);
  EXPECT_EQ(json["results"]["out"]["value"], 0.0);
  EXPECT_NE(json["results"]["conv"]["bgColor"], json["results"]["out"]["bgColor"]);
}

TEST(Overlay, KeepsTheLargerErrorOfANameThatBothSidesHave) {
  const auto json = overlay(diff_with({{{"a", "x"}, {"b", "y"}, {"relative", 0.5}, {"diverges", false}},
                                       {{"a", "z"}, {"b", "x"}, {"relative", 0.1}, {"diverges", false}}}));
  EXPECT_EQ(json["results"]["x"]["value"], 0.5);
}

TEST(Overlay, WritesANumberForAnErrorThatIsNotFinite) {
  const auto json = overlay(diff_with({{{"a", "x"}, {"b", "x"}, {"relative", nullptr}, {"diverges", true}}}));
  EXPECT_EQ(json["results"]["x"]["value"], std::numeric_limits<double>::max());
}

TEST(Overlay, OfNothingHasNoResults) { EXPECT_EQ(overlay({}).dump(), "{\"results\":{}}"); }

}  // namespace
}  // namespace dlas::report
