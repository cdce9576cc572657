#include "report/graph/fold.h"

#include <gmock/gmock.h>

namespace dlas::report {
namespace {

using testing::ElementsAre;

// Boxes with these labels, each reading the one before; '>' at the front of a label marks an end.
Picture chain(const std::vector<std::string>& labels) {
  Picture picture;
  for (const std::string& label : labels) {
    Box box;
    box.label = label;
    box.title = {"title of " + label, "type"};
    if (!picture.boxes.empty())
      picture.arrows.push_back(
          {static_cast<std::int32_t>(picture.boxes.size()) - 1, static_cast<std::int32_t>(picture.boxes.size()), {}});
    picture.boxes.push_back(box);
  }
  return picture;
}

std::vector<std::string> labels(const Picture& picture) {
  std::vector<std::string> out;
  for (const Box& box : picture.boxes) out.push_back(box.label);
  return out;
}

// `times` residual blocks: x -> Conv -> Add(x, Conv).
Picture residual(int times) {
  Picture picture = chain({"Input"});
  picture.boxes[0].end = true;
  for (std::int32_t x = 0; x < 2 * times; x += 2) {
    Box conv, add;
    conv.label = "Conv";
    add.label = "Add";
    picture.boxes.push_back(conv);
    picture.boxes.push_back(add);
    picture.arrows.push_back({x, x + 1, {}});
    picture.arrows.push_back({x, x + 2, {}});
    picture.arrows.push_back({x + 1, x + 2, {}});
  }
  return picture;
}

TEST(Folded, LeavesASmallPictureAlone) { EXPECT_EQ(folded(chain({"a", "b", "c", "d"}), 4).boxes.size(), 4U); }

TEST(Folded, MakesOneBoxOfAChainWithItsNumber) {
  const Picture picture = folded(chain({"Conv", "Clip", "Conv", "Clip"}), 2);
  ASSERT_THAT(labels(picture), ElementsAre("Conv, Clip"));
  EXPECT_EQ(picture.boxes[0].nodes, 4);
  EXPECT_EQ(picture.boxes[0].detail, "4 nodes");
  EXPECT_EQ(picture.boxes[0].title, (Lines{"title of Conv", "title of Clip", "title of Conv", "title of Clip"}));
}

TEST(Folded, CutsALongChainIntoNoMorePiecesThanAsked) {
  std::vector<std::string> row;
  for (int i = 0; i < 1000; ++i) row.push_back(i % 2 == 0 ? "Conv" : "Clip");
  const Picture picture = folded(chain(row), 50);
  EXPECT_LE(picture.boxes.size(), 50U);
  EXPECT_GE(picture.boxes.size(), 25U);
  for (const Box& box : picture.boxes) EXPECT_EQ(box.label, "Conv, Clip");
}

TEST(Folded, KeepsEndsAndTheBoxesThatAskForIt) {
  Picture picture = chain({"in", "a", "b", "c", "here", "d", "e", "f", "out"});
  picture.boxes.front().end = picture.boxes.back().end = true;
  picture.boxes[4].keep = true;
  EXPECT_THAT(labels(folded(picture, 3)), ElementsAre("in", "a, b, c", "here", "d, e, f", "out"));
}

TEST(Folded, GivesAFoldedBoxTheHighestMarkOfItsMembersAndItsLink) {
  Picture picture = chain({"a", "b", "c"});
  picture.boxes[0].mark = Mark::agrees;
  picture.boxes[0].link = "#v1";
  picture.boxes[1].mark = Mark::differs;
  picture.boxes[1].link = "#v2";
  const Picture one = folded(picture, 1);
  ASSERT_EQ(one.boxes.size(), 1U);
  EXPECT_EQ(one.boxes[0].mark, Mark::differs);
  EXPECT_EQ(one.boxes[0].link, "#v2");
}

TEST(Folded, NeverFoldsAcrossABranch) {
  // 0 -> 1 -> 3, 0 -> 2 -> 3
  Picture picture = chain({"a", "b"});
  picture.boxes.push_back({.label = "c"});
  picture.boxes.push_back({.label = "d"});
  picture.arrows = {{0, 1, {}}, {0, 2, {}}, {1, 3, {}}, {2, 3, {}}};
  EXPECT_EQ(folded(picture, 1).boxes.size(), 4U);
}

TEST(Folded, MakesOneBoxOfBlocksThatComeAgain) {
  const Picture picture = folded(residual(20), 5);
  ASSERT_EQ(picture.boxes.size(), 4U);  // the first block hangs on the input, which stays
  EXPECT_THAT(labels(picture), ElementsAre("Input", "Conv", "Add, Conv", "Add"));
  EXPECT_EQ(picture.boxes[2].nodes, 38);
}

TEST(Folded, KeepsTheNumberOfNodesAndTheOrderOfBoxes) {
  const Picture picture = folded(residual(500), 10);
  std::int64_t nodes = 0;
  for (const Box& box : picture.boxes) nodes += box.nodes;
  EXPECT_EQ(nodes, 1001);
  for (const Arrow& arrow : picture.arrows) EXPECT_LT(arrow.from, arrow.to);
}

TEST(Summary, NamesWhatRepeatsOnceAndAtMostFourLabels) {
  EXPECT_EQ(summary({"Conv", "Clip", "Conv", "Clip"}), "Conv, Clip");
  EXPECT_EQ(summary({"Conv", "Clip", "Conv"}), "Conv, Clip, Conv");
  EXPECT_EQ(summary({"a", "b", "c", "d", "e"}), "a, b, c, d, ...");
}

}  // namespace
}  // namespace dlas::report
