#include "report/field.h"

#include <gtest/gtest.h>

namespace dlas::report {
namespace {

TEST(Shown, WritesThreeDigitsAndPowersOfTen) {
  EXPECT_EQ(shown(0.0), "0");
  EXPECT_EQ(shown(1.1078), "1.11");
  EXPECT_EQ(shown(145200.0), "145,000");
  EXPECT_EQ(shown(1000.4), "1,000");
  EXPECT_EQ(shown(7.62939453125e-06), "7.6&#8239;×&#8239;10<sup>−6</sup>");
  EXPECT_EQ(shown(9.99e-5), "1&#8239;×&#8239;10<sup>−4</sup>");
  EXPECT_EQ(shown(2.5e9), "2.5&#8239;×&#8239;10<sup>9</sup>");
}

TEST(Shown, SaysWhenThereIsNoNumber) {
  EXPECT_EQ(shown(std::nullopt), "not finite");
  EXPECT_EQ(shown(number(Json{{"x", nullptr}}, "x")), "not finite");
}

TEST(Percent, KeepsTwoDigitsOfASmallRate) {
  EXPECT_EQ(percent(0.0), "0&#8239;%");
  EXPECT_EQ(percent(0.0037), "0.37&#8239;%");
  EXPECT_EQ(percent(0.0653), "6.5&#8239;%");
  EXPECT_EQ(percent(0.928), "92.8&#8239;%");
  EXPECT_EQ(percent(1.0), "100&#8239;%");
}

TEST(Field, GivesNothingForAnotherType) {
  const Json json = {{"text", 5}, {"number", "5"}, {"list", "x"}};
  EXPECT_EQ(raw_text(json, "text"), "");
  EXPECT_EQ(number(json, "number"), std::nullopt);
  EXPECT_TRUE(list(json, "list").empty());
  EXPECT_TRUE(field(Json::array(), "a").is_null());
}

TEST(Data, CarriesTheExactNumber) {
  EXPECT_EQ(data("x", Json(0.1), "10"), "<data id=\"x\" value=\"0.1\">10</data>");
  EXPECT_EQ(data("x", Json("\"><script>"), "?"), "<data id=\"x\" value=\"\">?</data>");
}

TEST(Name, HoldsTheWholeInItsTitleWhenItIsCut) {
  EXPECT_EQ(name("a<b", 10), "<code>a&lt;b</code>");
  EXPECT_EQ(name("abc\"defghi", 5), "<code title=\"abc&quot;defghi\">ab…hi</code>");
}

}  // namespace
}  // namespace dlas::report
