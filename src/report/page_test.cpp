#include "report/page.h"

#include <gtest/gtest.h>

#include "study/compare/json.h"

namespace dlas::report {
namespace {

study::Difference example() {
  study::Difference d;
  d.a.name = "<script>alert(1)</script>.onnx";
  d.b.name = "b.tflite";
  d.images = 10;
  d.classifies = true;
  d.differ = 1;
  d.rate = study::clopper_pearson(1, 10);
  study::Flip flip;
  flip.image = "photo \"&\".png";
  flip.answer_a = "cat";
  flip.answer_b = "dog";
  flip.label = "cat";
  flip.margin = 0.25;
  flip.png = "\x89PNG\r\n\x1a\n....";
  d.flips.push_back(flip);
  study::ValuePair good, bad;
  good.name_a = "conv1";
  good.floor = 1e-5;
  bad.name_a = "conv2";
  bad.op_a = "Conv";
  bad.relative = 0.5;
  bad.floor = 1e-5;
  bad.diverges = true;
  d.values = {good, bad};
  d.first_divergence = 1;
  d.a.graph.boxes = {{"x", "", {}, {{"x", "f32 [1]"}}},
                     {"first", "Conv", {0}, {{"conv1", "f32 [1]"}}},
                     {"</svg><script>", "Conv", {1}, {{"conv2", "f32 [1]"}}}};
  d.a.graph.outputs = {"conv2"};
  return d;
}

std::string page_of(const study::Difference& d) {
  const auto parsed = study::parse_diff(study::to_json(d).dump());
  return parsed.ok() ? page(*parsed) : parsed.error().message();
}

TEST(Page, NamesFromFilesAreTextNeverMarkup) {
  const std::string html = page_of(example());
  EXPECT_EQ(html.find("<script"), std::string::npos);
  EXPECT_NE(html.find("&lt;script&gt;"), std::string::npos);
  EXPECT_NE(html.find("photo &quot;&amp;&quot;.png"), std::string::npos);
}

TEST(Page, LoadsNothing) {
  const std::string html = page_of(example());
  EXPECT_NE(html.find("default-src 'none'; style-src 'sha256-"), std::string::npos);
  EXPECT_EQ(html.find("unsafe-inline"), std::string::npos);
  EXPECT_EQ(html.find("https://"), std::string::npos);
  EXPECT_EQ(html.find("src=\"data:image/png;base64,iVBORw0KGgouLi4u\""), html.find("src="));
}

TEST(Page, SaysVerdictAndFirstDivergenceFirst) {
  const std::string html = page_of(example());
  EXPECT_LT(html.find("<h1>The models differ</h1>"), html.find("<h2>"));
  EXPECT_NE(
      html.find("<strong>1 of 10 pictures</strong> get another label: 10.0&#8239;%, 95&#8239;% interval 0.25&#8239;% "
                "to 44.5&#8239;%."),
      std::string::npos);
  EXPECT_NE(html.find("They part at <a href=\"#graph-a-first\">Conv <code>conv2</code></a>, value 2 of 2"),
            std::string::npos);
}

TEST(Page, MarksTheFirstDivergenceInCurveGraphAndTable) {
  const std::string html = page_of(example());
  EXPECT_NE(html.find("<a href=\"#v2\"><circle class=\"over\""), std::string::npos);
  EXPECT_NE(html.find("<g id=\"graph-a-first\" class=\"box differs first\">"), std::string::npos);
  EXPECT_NE(html.find("<tr id=\"v2\" class=\"over first\">"), std::string::npos);
}

TEST(Page, CountsWhichAnswerTurnedIntoWhich) {
  EXPECT_NE(page_of(example()).find("<tr><td>cat</td><td>dog</td><td class=\"n\">1</td>"), std::string::npos);
}

TEST(Page, ShowsNoPictureThatIsNoPng) {
  study::Difference d = example();
  d.flips[0].png = "<svg onload=alert(1)>";
  EXPECT_EQ(page_of(d).find("<img"), std::string::npos);
}

TEST(Page, IsThereForAComparisonWithoutAnything) {
  const std::string html = page_of({});
  EXPECT_NE(html.find("</html>"), std::string::npos);
  EXPECT_NE(html.find("No value of one graph could be matched"), std::string::npos);
}

TEST(Page, SurvivesFieldsOfAnotherType) {
  nlohmann::json json = nlohmann::json::parse(study::to_json(example()).dump());
  json["graphs"] = {{"a", {{"boxes", {1, {{"reads", {-1, 7, "x", 0}}, {"makes", 3}}}}, {"outputs", {1, "?"}}}},
                    {"b", 4}};
  json["top1"] = {{"differ", "many"}, {"rate", nullptr}};
  json["accuracy"] = "good";
  json["notes"] = {1, nullptr};
  json["a"]["milliseconds"] = {{"runs", 1e300}, {"median", 1e308}, {"high", 1e308}};
  json["values"][0]["floor"] = nullptr;
  json["images"] = -5;
  const auto parsed = study::parse_diff(json.dump());
  ASSERT_TRUE(parsed.ok());
  EXPECT_NE(page(*parsed).find("</html>"), std::string::npos);
}

TEST(Page, RefusesWhatIsNoComparison) {
  EXPECT_FALSE(study::parse_diff("[1]").ok());
  EXPECT_FALSE(study::parse_diff("{\"schema\": \"dlas.diff/2\"}").ok());
  EXPECT_FALSE(study::parse_diff(std::string(100'000, '[')).ok());
}

}  // namespace
}  // namespace dlas::report
