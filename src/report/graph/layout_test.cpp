#include "report/graph/layout.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/text.h"
#include "report/graph/svg.h"

namespace dlas::report {
namespace {

Picture boxes(std::size_t n) {
  Picture picture;
  for (std::size_t i = 0; i < n; ++i) picture.boxes.push_back({.label = "Conv"});
  return picture;
}

double centre(const Rectangle& box) { return box.x + box.width / 2; }

bool overlap(const Rectangle& a, const Rectangle& b) {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

TEST(Layout, PutsAChainOnOneStraightLineDownwards) {
  Picture picture = boxes(5);
  for (std::int32_t i = 0; i < 4; ++i) picture.arrows.push_back({i, i + 1, {}});
  const Layout layout = laid_out(picture);
  for (std::size_t i = 1; i < 5; ++i) {
    EXPECT_NEAR(centre(layout.boxes[i]), centre(layout.boxes[0]), 1e-6);
    EXPECT_GT(layout.boxes[i].y, layout.boxes[i - 1].y + layout.boxes[i - 1].height);
  }
}

TEST(Layout, KeepsBranchesApartAndCrossesNothing) {
  // Two branches of three that meet: 0 -> 1,2,3 -> 7; 0 -> 4,5,6 -> 7
  Picture picture = boxes(8);
  picture.arrows = {{0, 1, {}}, {0, 4, {}}, {1, 2, {}}, {4, 5, {}}, {2, 3, {}}, {5, 6, {}}, {3, 7, {}}, {6, 7, {}}};
  const Layout layout = laid_out(picture);
  for (std::size_t i = 0; i < 8; ++i)
    for (std::size_t k = i + 1; k < 8; ++k) EXPECT_FALSE(overlap(layout.boxes[i], layout.boxes[k])) << i << " " << k;
  EXPECT_NEAR(centre(layout.boxes[0]), (centre(layout.boxes[1]) + centre(layout.boxes[4])) / 2, 1);
  EXPECT_NEAR(centre(layout.boxes[1]), centre(layout.boxes[3]), 1);
}

TEST(Layout, LeadsALongArrowAroundTheBoxesBetween) {
  Picture picture = boxes(4);
  picture.arrows = {{0, 1, {}}, {1, 2, {}}, {2, 3, {}}, {0, 3, {}}};
  const Layout layout = laid_out(picture);
  for (const Point& point : layout.arrows[3])
    for (const std::size_t i : {1U, 2U}) {
      const Rectangle& box = layout.boxes[i];
      EXPECT_FALSE(point.x > box.x && point.x < box.x + box.width && point.y >= box.y && point.y <= box.y + box.height);
    }
}

TEST(Layout, StaysInsideItsSheet) {
  Picture picture = boxes(50);
  for (std::int32_t i = 1; i < 50; ++i) picture.arrows.push_back({i / 3, i, {}});
  const Layout layout = laid_out(picture);
  for (const Rectangle& box : layout.boxes) {
    EXPECT_GE(box.x, 0);
    EXPECT_GE(box.y, 0);
    EXPECT_LE(box.x + box.width, layout.width);
    EXPECT_LE(box.y + box.height, layout.height);
  }
}

TEST(Layout, LeavesOutTheFarArrowsWhenBendsWouldOutnumberAllElse) {
  constexpr std::int32_t kCount = 3000;  // every fifth box is read by the last one: 900,000 bends
  Picture picture = boxes(kCount);
  for (std::int32_t i = 0; i + 1 < kCount; ++i) picture.arrows.push_back({i, i + 1, {}});
  for (std::int32_t i = 0; i + 2 < kCount; i += 5) picture.arrows.push_back({i, kCount - 1, {}});
  const Layout layout = laid_out(picture);
  std::size_t drawn = 0, points = 0;
  for (const auto& arrow : layout.arrows) {
    drawn += !arrow.empty();
    points += arrow.size();
  }
  EXPECT_GE(drawn, static_cast<std::size_t>(kCount - 1));
  EXPECT_LE(points, 2 * (kMostBends + picture.arrows.size()));
}

TEST(Layout, OfNothingIsAnEmptySheet) {
  const Layout layout = laid_out({});
  EXPECT_TRUE(layout.boxes.empty());
  EXPECT_TRUE(std::isfinite(layout.width) && std::isfinite(layout.height));
}

TEST(Svg, HoldsNamesAsTextNeverAsMarkup) {
  Picture picture = boxes(2);
  picture.boxes[0].label = "<script>alert(1)</script>";
  picture.boxes[0].title = {"\"><svg onload=x>\nsame", "second & \x01"};
  picture.boxes[1].detail = "'\"<&";
  picture.boxes[1].link = "#v1\" onclick=\"x";
  picture.arrows = {{0, 1, {"]]></title><script>"}}};
  const std::string text = svg_file(picture, laid_out(picture), "name \"<b>\"");
  EXPECT_EQ(text.find("<script"), std::string::npos);
  EXPECT_EQ(text.find("<svg onload"), std::string::npos);
  EXPECT_EQ(text.find("<b>"), std::string::npos);
  EXPECT_EQ(text.find("onclick=\""), std::string::npos);
  EXPECT_NE(text.find("<title>&quot;&gt;&lt;svg onload=x&gt;\\nsame\nsecond &amp; \\x01</title>"), std::string::npos);
}

}  // namespace
}  // namespace dlas::report
