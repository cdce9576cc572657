#include <gtest/gtest.h>

#include "compiler/pass/list.h"
#include "compiler/pass_testing.h"

namespace dlas::compiler {
namespace {

using testing::applied;
using testing::Equality;

constexpr char kNetwork[] = R"(input "x" f32 [1,4,9,9]
    const "w" f32 [6,4,3,3] = noise
    const "slope" f32 [6,1,1] = noise
    const "v" f32 [6,6,1,1] = noise
    node "one" "Conv" {"pads"=[1,1,1,1]} ("x", "w") -> ("a")
    node "act" "PRelu" {} ("a", "slope") -> ("b")
    node "pool" "MaxPool" {"kernel_shape"=[2,2], "strides"=[2,2]} ("b") -> ("c")
    node "two" "Conv" {} ("c", "v") -> ("d")
    node "cat" "Concat" {"axis"=1} ("c", "d") -> ("e")
    node "mean" "GlobalAveragePool" {} ("e") -> ("f")
    node "flat" "Flatten" {} ("f") -> ("y")
    output "y")";

TEST(ChooseLayout, ConvertsOnceAtEachEnd) {
  const auto done = applied(choose_layout, kNetwork);
  EXPECT_EQ(done.outline,
            "x/transposed = Transpose{perm=[0,2,3,1]}(x) f32 [1,9,9,4]\n"
            "a/twin = Conv{pads=[1,1,1,1], layout=NHWC}(x/transposed, w) f32 [1,9,9,6]\n"
            "b/twin = PRelu(a/twin, slope/turned) f32 [1,9,9,6]\n"
            "c/twin = MaxPool{kernel_shape=[2,2], strides=[2,2], layout=NHWC}(b/twin) f32 [1,4,4,6]\n"
            "d/twin = Conv{layout=NHWC}(c/twin, v) f32 [1,4,4,6]\n"
            "e/twin = Concat{axis=3}(c/twin, d/twin) f32 [1,4,4,12]\n"
            "f/twin = GlobalAveragePool{layout=NHWC}(e/twin) f32 [1,1,1,12]\n"
            "f = Transpose{perm=[0,3,1,2]}(f/twin) f32 [1,12,1,1]\n"
            "y = Flatten(f) f32 [1,12]\n");
  EXPECT_EQ(done.deviation, "");
  EXPECT_EQ(done.again, "");
  EXPECT_NE(done.remarks.find("one: conversions move 2,688 bytes, the converted operators"), std::string::npos);
}

TEST(ChooseLayout, GoesTheOtherWayOnRequest) {
  const auto done = applied(choose_layout, R"(input "x" f32 [1,9,9,4]
      const "w" f32 [3,3,4,2] = noise
      node "one" "Conv" {"layout"="NHWC", "filter"="HWIO"} ("x", "w") -> ("a")
      node "two" "AveragePool" {"layout"="NHWC", "kernel_shape"=[3,3]} ("a") -> ("b")
      node "mean" "GlobalMaxPool" {"layout"="NHWC"} ("b") -> ("y")
      output "y")",
                            Equality::exact, {"layout=NCHW", "share=200"});
  EXPECT_NE(done.outline.find("a/twin = Conv{filter=HWIO}(x/transposed, w) f32 [1,2,7,7]"), std::string::npos)
      << done.outline;
  EXPECT_EQ(done.deviation, "");
}

constexpr char kShuffled[] = R"(input "x" f32 [2,6,5,4]
    const "w" f32 [6,3,1,1] = noise
    const "split" i64 [5] = {2, 2, 3, 5, 4}
    const "join" i64 [4] = {2, 6, 5, 4}
    node "one" "Conv" {"group"=2} ("x", "w") -> ("a")
    node "reshape" "Reshape" {} ("a", "split") -> ("b")
    node "shuffle" "Transpose" {"perm"=[0,2,1,3,4]} ("b") -> ("c")
    node "back" "Reshape" {} ("c", "join") -> ("d")
    node "two" "Conv" {"group"=2} ("d", "w") -> ("e")
    node "mean" "GlobalAveragePool" {} ("e") -> ("y")
    output "y")";

TEST(ChooseLayout, TakesShuffledChannelsAlong) {
  const auto done = applied(choose_layout, kShuffled, Equality::exact, {"layout=NHWC", "share=100"});
  EXPECT_NE(done.outline.find("b/twin = Reshape(a/twin, reshape/split) f32 [2,5,4,2,3]\n"
                              "back/shuffled = Transpose{perm=[0,1,2,4,3]}(b/twin) f32 [2,5,4,3,2]\n"
                              "d/twin = Reshape(back/shuffled, back/joined) f32 [2,5,4,6]\n"
                              "e/twin = Conv{group=2, layout=NHWC}(d/twin, w) f32 [2,5,4,6]\n"),
            std::string::npos)
      << done.outline;
  EXPECT_EQ(done.deviation, "");
  EXPECT_EQ(done.again, "");
}

TEST(ChooseLayout, CountsWhatConversionsCost) {
  const auto done = applied(choose_layout, R"(input "x" f32 [1,4,3,3]
      node "one" "MaxPool" {"kernel_shape"=[1,1]} ("x") -> ("y")
      output "y")");
  EXPECT_EQ(done.remarks, "left alone: one: conversions move 576 bytes, the converted operators 288\n");
  EXPECT_EQ(done.outline, "y = MaxPool{kernel_shape=[1,1]}(x) f32 [1,4,3,3]\n");
}

TEST(ChooseLayout, LeavesIndicesAlone) {
  const auto done = applied(choose_layout, R"(input "x" f32 [1,4,4,4]
      node "one" "MaxPool" {"kernel_shape"=[2,2]} ("x") -> ("y", "places" i64 [..])
      output "y"
      output "places")");
  EXPECT_EQ(done.remarks, "left alone: one: its second output depends on the layout\n");
}

TEST(ChooseLayout, SaysThatAllIsInOrder) {
  EXPECT_EQ(
      applied(choose_layout, "input \"x\" f32 [3]\nnode \"a\" \"Neg\" {} (\"x\") -> (\"y\")\noutput \"y\"").remarks,
      "no operator in another layout than NHWC");
}

}  // namespace
}  // namespace dlas::compiler
