#include <gtest/gtest.h>

#include "compiler/pass/list.h"
#include "compiler/pass_testing.h"

namespace dlas::compiler {
namespace {

using testing::applied;

TEST(SinkTransposes, CancelsTwoThatMeet) {
  const auto done = applied(sink_transposes, R"(input "x" f32 [2,3,4,5]
      const "bias" f32 [3] = ramp
      const "pads" i64 [8] = {0,1,0,0,0,0,2,0}
      node "there" "Transpose" {"perm"=[0,2,3,1]} ("x") -> ("a")
      node "bias" "Add" {} ("a", "bias") -> ("b")
      node "pad" "Pad" {} ("b", "pads") -> ("c")
      node "soft" "Softmax" {"axis"=3} ("c") -> ("d")
      node "back" "Transpose" {"perm"=[0,3,1,2]} ("d") -> ("e")
      node "last" "Neg" {} ("e") -> ("y")
      output "y")");
  EXPECT_EQ(done.outline,
            "b/twin = Add(x, bias/turned) f32 [2,3,4,5]\nc/twin = Pad(b/twin, pad/pads) f32 [2,3,5,7]\n"
            "d/twin = Softmax{axis=1}(c/twin) f32 [2,3,5,7]\ny/twin = Neg(d/twin) f32 [2,3,5,7]\n"
            "y = Identity(y/twin) f32 [2,3,5,7]\n");
  EXPECT_EQ(done.deviation, "");
  EXPECT_EQ(done.again, "");
}

TEST(SinkTransposes, MakesOneOfSeveral) {
  const auto done = applied(sink_transposes, R"(input "x" f32 [2,3,4]
      node "one" "Transpose" {"perm"=[1,2,0]} ("x") -> ("a")
      node "two" "Transpose" {"perm"=[1,0,2]} ("a") -> ("y")
      output "y")");
  EXPECT_EQ(done.outline, "y = Transpose{perm=[2,1,0]}(x) f32 [4,3,2]\n");
  EXPECT_EQ(done.deviation, "");
}

TEST(SinkTransposes, JoinsThoseOfBothOperands) {
  const auto done = applied(sink_transposes, R"(input "x" f32 [2,3]
      input "z" f32 [2,3]
      node "one" "Transpose" {} ("x") -> ("a")
      node "two" "Transpose" {} ("z") -> ("b")
      node "sum" "Add" {} ("a", "b") -> ("y")
      output "y")");
  EXPECT_EQ(done.outline, "y/twin = Add(x, z) f32 [2,3]\ny = Transpose{perm=[1,0]}(y/twin) f32 [3,2]\n");
  EXPECT_EQ(done.deviation, "");
}

TEST(SinkTransposes, LeavesOneThatWouldOnlyMove) {
  const auto done = applied(sink_transposes, R"(input "x" f32 [2,3]
      node "one" "Transpose" {} ("x") -> ("a")
      node "neg" "Neg" {} ("a") -> ("y")
      output "y"
      output "a")");
  EXPECT_EQ(done.remarks, "left alone: one: sinking would move 48 bytes instead of 24\n");
}

TEST(SinkTransposes, StopsWhereTheOrderMatters) {
  const auto done = applied(sink_transposes, R"(input "x" f32 [2,3]
      node "one" "Transpose" {} ("x") -> ("a")
      node "flat" "Flatten" {} ("a") -> ("y")
      output "y")");
  EXPECT_EQ(done.remarks, "left alone: one: sinking would move 24 bytes instead of 24\n");
}

TEST(SinkTransposes, SaysThatThereIsNone) {
  EXPECT_EQ(
      applied(sink_transposes, "input \"x\" f32 [3]\nnode \"a\" \"Neg\" {} (\"x\") -> (\"y\")\noutput \"y\"").remarks,
      "no Transpose");
}

}  // namespace
}  // namespace dlas::compiler
