#include "report/graph/picture_of.h"

#include <gmock/gmock.h>

namespace dlas::report {
namespace {

using testing::ElementsAre;

// weight = ConstantOfShape(shape); y = Conv(x, weight); z = RandomNormal(); out = Add(y, z)
Graph example() {
  Graph graph;
  const auto value = [&](const char* name) {
    Value one;
    one.name = name;
    one.type = Type(DType::f32, {1, 4});
    return graph.add_value(one);
  };
  const auto node = [&](const char* op, std::vector<ValueId> inputs, ValueId output) {
    Node one;
    one.name = std::string("the ") + op;
    one.op_name = op;
    one.inputs = std::move(inputs);
    one.outputs = {output};
    graph.add_node(std::move(one));
  };
  const ValueId x = graph.add_input("x", Type(DType::f32, {1, 4}));
  const ValueId shape = graph.add_constant("shape", Tensor::make(DType::i64, {2}));
  const ValueId weight = value("weight"), y = value("y"), z = value("z"), out = value("out");
  node("ConstantOfShape", {shape}, weight);
  node("Conv", {x, weight, kNone}, y);
  node("RandomNormal", {}, z);
  node("Add", {y, z}, out);
  graph.outputs = {out};
  return graph;
}

std::vector<std::string> labels(const Picture& picture) {
  std::vector<std::string> out;
  for (const Box& box : picture.boxes) out.push_back(box.label);
  return out;
}

TEST(PictureOf, HasEndsAndNodesButNotWhatIsMadeOfConstants) {
  const Picture picture = picture_of(example());
  EXPECT_THAT(labels(picture), ElementsAre("x", "Conv", "RandomNormal", "Add", "out"));
  ASSERT_EQ(picture.arrows.size(), 4U);
  EXPECT_EQ(picture.boxes[1].title, (Lines{"the Conv", "y  f32 [1,4]"}));
  EXPECT_EQ(picture.boxes[1].detail, "f32 [1,4]");
  for (const Arrow& arrow : picture.arrows) EXPECT_LT(arrow.from, arrow.to);
}

TEST(PictureOf, LeavesOutNothingWhenAllIsWanted) {
  const Picture picture = picture_of(example(), true);
  EXPECT_THAT(labels(picture), ElementsAre("x", "ConstantOfShape", "Conv", "RandomNormal", "Add", "out"));
  EXPECT_EQ(picture.arrows.size(), 5U);
}

}  // namespace
}  // namespace dlas::report
