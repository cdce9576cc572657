// Scales and shifts beside a layer, forward and backward, for every order of weights; and why one stays.
#include <gtest/gtest.h>

#include "compiler/pass/list.h"
#include "compiler/pass_testing.h"

namespace dlas::compiler {
namespace {

using testing::applied;
using testing::Equality;

std::string conv(const std::string& before, const std::string& after, const std::string& attributes = "",
                 const std::string& weights = "[4,2,3,3]") {
  return R"(input "x" f32 [1,2,5,5]
            const "s" f32 [2,1,1] = {0.5, 3}
            const "t" f32 [2,1,1] = {0.25, -2}
            const "s4" f32 [4,1,1] = {0.5, 3, -1, 2}
            const "t4" f32 [4,1,1] = {1, 2, 3, 4}
            const "two" f32 [] = {2}
            const "w" f32 )" +
         weights + R"( = noise
            const "b" f32 [4] = noise
            )" +
         before + "\nnode \"conv\" \"Conv\" {" + attributes + "} (\"" + (before.empty() ? "x" : "in") +
         "\", \"w\", \"b\") -> (\"" + (after.empty() ? "y" : "out") + "\")\n" + after + "\noutput \"y\"";
}

constexpr char kScaledAhead[] = R"(node "mul" "Mul" {} ("s", "x") -> ("in"))";
constexpr char kAffineAhead[] = R"(node "mul" "Mul" {} ("x", "s") -> ("a")
                                   node "add" "Add" {} ("a", "t") -> ("in"))";
constexpr char kAffineBehind[] = R"(node "mul" "Mul" {} ("out", "s4") -> ("c")
                                    node "sub" "Sub" {} ("c", "t4") -> ("d")
                                    node "div" "Div" {"activation"="relu"} ("d", "two") -> ("y"))";

TEST(FoldScaleAxis, TakesWhatComesBehind) {
  const auto done = applied(fold_scale_axis, conv("", kAffineBehind), Equality::rounded);
  EXPECT_EQ(done.outline, "y = Conv{activation=relu}(x, w/scaled, conv/bias) f32 [1,4,3,3]\n");
  EXPECT_EQ(done.remarks, "conv: weights take over behind it Mul Sub Div\n");
  EXPECT_EQ(done.deviation, "");
  EXPECT_EQ(done.again, "");
}

TEST(FoldScaleAxis, TakesWhatComesBefore) {
  const auto done = applied(fold_scale_axis, conv(kAffineAhead, ""), Equality::rounded);
  EXPECT_EQ(done.outline, "y = Conv(x, w/scaled, conv/bias) f32 [1,4,3,3]\n");
  EXPECT_EQ(done.remarks, "conv: weights take over before it Add Mul\n");
  EXPECT_EQ(done.deviation, "");
}

TEST(FoldScaleAxis, TakesBothSidesAtOnce) {
  const auto done = applied(fold_scale_axis, conv(kAffineAhead, kAffineBehind), Equality::rounded);
  EXPECT_EQ(done.outline, "y = Conv{activation=relu}(x, w/scaled, conv/bias) f32 [1,4,3,3]\n");
  EXPECT_EQ(done.deviation, "");
}

TEST(FoldScaleAxis, ShiftsNoPaddedInput) {
  const auto shift = applied(fold_scale_axis, conv(kAffineAhead, "", "\"pads\"=[1,1,1,1]"), Equality::rounded);
  EXPECT_EQ(shift.remarks, "left alone: conv: no multiplication or addition by channel beside it\n");
  const auto scale = applied(fold_scale_axis, conv(kScaledAhead, "", "\"pads\"=[1,1,1,1]"), Equality::rounded);
  EXPECT_EQ(scale.outline, "y = Conv{pads=[1,1,1,1]}(x, w/scaled, conv/bias) f32 [1,4,5,5]\n");
  EXPECT_EQ(scale.deviation, "");
}

TEST(FoldScaleAxis, KnowsTheGroupsAndEachOrderOfWeights) {
  struct Order {
    const char *attributes, *weights;
  };
  for (const Order& o :
       {Order{"\"group\"=2", "[4,1,3,3]"}, Order{"\"filter\"=\"OHWI\"", "[4,3,3,2]"},
        Order{"\"filter\"=\"HWIO\"", "[3,3,2,4]"}, Order{"\"filter\"=\"OHWI\", \"group\"=2", "[4,3,3,1]"},
        Order{"\"filter\"=\"IHWO\", \"group\"=2", "[1,3,3,4]"},
        Order{"\"filter\"=\"HWCM\", \"group\"=2", "[3,3,2,2]"}}) {
    const auto done =
        applied(fold_scale_axis, conv(kAffineAhead, kAffineBehind, o.attributes, o.weights), Equality::rounded);
    EXPECT_EQ(done.deviation, "") << o.attributes;
    EXPECT_EQ(done.outline.find("Mul"), std::string::npos) << o.attributes;
  }
}

TEST(FoldScaleAxis, StopsAtAnActivation) {
  const auto done = applied(fold_scale_axis, conv("", kAffineBehind, "\"activation\"=\"relu\""));
  EXPECT_EQ(done.remarks, "left alone: conv: no multiplication or addition by channel beside it\n");
  const auto ahead =
      applied(fold_scale_axis, conv(R"(node "mul" "Mul" {"activation"="relu"} ("x", "s") -> ("in"))", ""));
  EXPECT_EQ(ahead.remarks, "left alone: conv: no multiplication or addition by channel beside it\n");
}

TEST(FoldScaleAxis, LeavesValuesThatOthersRead) {
  const std::string text = conv(kScaledAhead, "") + "\noutput \"in\"";
  EXPECT_EQ(applied(fold_scale_axis, text).remarks,
            "left alone: conv: no multiplication or addition by channel beside it\n");
}

TEST(FoldScaleAxis, LeavesOperandsOfOtherAxes) {
  const auto done = applied(fold_scale_axis, R"(input "x" f32 [1,2,5,5]
      const "w" f32 [4,2,1,1] = noise
      const "by_width" f32 [5] = noise
      node "conv" "Conv" {} ("x", "w") -> ("c")
      node "mul" "Mul" {} ("c", "by_width") -> ("y")
      output "y")");
  EXPECT_EQ(done.remarks, "left alone: conv: no multiplication or addition by channel beside it\n");
}

TEST(FoldScaleAxis, FoldsIntoDenseLayers) {
  const auto done = applied(fold_scale_axis, R"(input "x" f32 [2,3]
      const "s" f32 [3] = noise
      const "t" f32 [4] = noise
      const "w" f32 [4,3] = noise
      node "mul" "Mul" {} ("x", "s") -> ("in")
      node "dense" "FullyConnected" {"keep_num_dims"=true} ("in", "w") -> ("out")
      node "add" "Add" {} ("out", "t") -> ("y")
      output "y")",
                            Equality::rounded);
  EXPECT_EQ(done.outline, "y = FullyConnected{keep_num_dims=true}(x, w/scaled, dense/bias) f32 [2,4]\n");
  EXPECT_EQ(done.deviation, "");
}

TEST(FoldScaleAxis, LeavesWeightsThatAreComputed) {
  const auto done = applied(fold_scale_axis, R"(input "x" f32 [1,2,5,5]
      input "w" f32 [4,2,1,1]
      node "conv" "Conv" {} ("x", "w") -> ("y")
      output "y")");
  EXPECT_EQ(done.remarks, "left alone: conv: its weights are not constants\n");
}

}  // namespace
}  // namespace dlas::compiler
