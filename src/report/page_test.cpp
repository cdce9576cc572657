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
  d.flips.push_back({"photo \"&\".png", "cat", "dog", "cat", 0.25, 0.5, true});
  study::ValuePair good, bad;
  good.name_a = "conv1";
  good.floor = 1e-5;
  bad.name_a = "conv2";
  bad.relative = 0.5;
  bad.floor = 1e-5;
  bad.diverges = true;
  d.values = {good, bad};
  d.first_divergence = 1;
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
  EXPECT_NE(html.find("default-src 'none'"), std::string::npos);
  EXPECT_EQ(html.find("http://"), std::string::npos);
  EXPECT_EQ(html.find("https://"), std::string::npos);
}

TEST(Page, SaysVerdictAndFirstDivergenceFirst) {
  const std::string html = page_of(example());
  EXPECT_LT(html.find("id=\"verdict\">different"), html.find("<h2>"));
  EXPECT_NE(html.find("<tr id=\"first\" class=\"diverges first\"><td class=\"n\">1</td><td>conv2</td>"),
            std::string::npos);
  EXPECT_NE(html.find("1 of 10 images have another answer: 10.00 % (95 %: 0.25 % to 44.50 %)"), std::string::npos);
}

TEST(Page, RefusesWhatIsNoComparison) {
  EXPECT_FALSE(study::parse_diff("[1]").ok());
  EXPECT_FALSE(study::parse_diff("{\"schema\": \"dlas.diff/2\"}").ok());
  EXPECT_FALSE(study::parse_diff(std::string(100'000, '[')).ok());
}

}  // namespace
}  // namespace dlas::report
