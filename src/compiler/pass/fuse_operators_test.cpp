#include <gtest/gtest.h>

#include "compiler/pass/list.h"
#include "compiler/pass_testing.h"

namespace dlas::compiler {
namespace {

using testing::applied;
using testing::Equality;

constexpr char kResidual[] = R"(input "x" f32 [1,2,4,4]
    const "w" f32 [2,2,3,3] = noise
    const "s" f32 [2,1,1] = noise
    node "conv" "Conv" {"pads"=[1,1,1,1]} ("x", "w") -> ("a")
    node "scale" "Mul" {} ("a", "s") -> ("b")
    node "side" "Exp" {} ("x") -> ("side")
    node "sum" "Add" {} ("side", "b") -> ("c")
    node "relu" "Relu" {} ("c") -> ("y")
    output "y")";

TEST(FuseOperators, JoinsAConvAndWhatFollows) {
  const auto done = applied(fuse_operators, kResidual);
  EXPECT_EQ(done.outline, "side = Exp(x) f32 [1,2,4,4]\ny = [Conv + Mul + Add + Relu](x, w, s, side) f32 [1,2,4,4]\n");
  EXPECT_EQ(done.remarks,
            "conv: Conv + Mul + Add + Relu become one\nleft alone: side: its reader belongs to another chain\n");
  EXPECT_EQ(done.deviation, "");
  EXPECT_EQ(done.again, "");
}

TEST(FuseOperators, StopsAtItsLength) {
  const auto done = applied(fuse_operators, kResidual, Equality::exact, {"longest=2"});
  EXPECT_NE(done.outline.find("b = [Conv + Mul](x, w, s)"), std::string::npos) << done.outline;
  EXPECT_EQ(done.deviation, "");
}

TEST(FuseOperators, JoinsChainsOfElements) {
  const auto done = applied(fuse_operators, R"(input "x" f32 [2,3]
      node "a" "Exp" {} ("x") -> ("a")
      node "b" "Mul" {} ("a", "x") -> ("b")
      node "c" "Softmax" {} ("b") -> ("y")
      output "y")");
  EXPECT_EQ(done.outline, "b = [Exp + Mul](x) f32 [2,3]\ny = Softmax(b) f32 [2,3]\n");
  EXPECT_EQ(done.deviation, "");
}

TEST(FuseOperators, SaysWhereAChainEnds) {
  const auto done = applied(fuse_operators, R"(input "x" f32 [1,3]
      input "z" f32 [4,3]
      node "a" "Exp" {} ("x") -> ("a")
      node "b" "Add" {} ("a", "z") -> ("b")
      node "c" "Neg" {} ("b") -> ("c")
      node "d" "Mul" {} ("b", "c") -> ("y")
      output "y")");
  EXPECT_EQ(done.remarks,
            "c: Neg + Mul become one\nleft alone: a: its reader changes the sizes\n"
            "left alone: b: its result is read more than once\n");
  EXPECT_EQ(done.deviation, "");
}

TEST(FuseOperators, KeepsOutputs) {
  const auto done = applied(fuse_operators, R"(input "x" f32 [3]
      node "a" "Exp" {} ("x") -> ("y")
      node "b" "Neg" {} ("y") -> ("z")
      output "y"
      output "z")");
  EXPECT_EQ(done.remarks, "left alone: a: its result is an output\nleft alone: b: its result is an output\n");
}

}  // namespace
}  // namespace dlas::compiler
