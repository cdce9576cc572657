// Pads that a Conv can take over, and each reason why one stays.
#include <gtest/gtest.h>

#include "compiler/pass/list.h"
#include "compiler/pass_testing.h"

namespace dlas::compiler {
namespace {

using testing::applied;

std::string pad_conv(const std::string& pads, const std::string& value = "{0}", const std::string& mode = "constant",
                     const std::string& conv = "\"pads\"=[1,0,1,0]") {
  return R"(input "x" f32 [1,2,4,4]
            const "pads" i64 [8] = {)" +
         pads + R"(}
            const "value" f32 [] = )" +
         value + R"(
            const "w" f32 [3,2,3,3] = ramp
            node "pad" "Pad" {"mode"=")" +
         mode + R"("} ("x", "pads", "value") -> ("padded")
            node "conv" "Conv" {)" +
         conv + R"(} ("padded", "w") -> ("y")
            output "y")";
}

TEST(AbsorbPads, PutsZerosIntoTheConv) {
  const auto done = applied(absorb_pads, pad_conv("0,0,0,1,0,0,1,2"));
  EXPECT_EQ(done.outline, "y = Conv{pads=[1,1,2,2]}(x, w) f32 [1,3,5,5]\n");
  EXPECT_EQ(done.remarks, "pad: absorbed by 'conv'\n");
  EXPECT_EQ(done.deviation, "");
  EXPECT_EQ(done.again, "");
}

TEST(AbsorbPads, ResolvesPaddingByTheSizeOfTheInput) {
  const auto done = applied(
      absorb_pads, pad_conv("0,0,1,1,0,0,1,1", "{0}", "constant", "\"auto_pad\"=\"SAME_UPPER\", \"strides\"=[2,2]"));
  EXPECT_EQ(done.outline, "y = Conv{strides=[2,2], pads=[1,1,2,2]}(x, w) f32 [1,3,3,3]\n");
  EXPECT_EQ(done.deviation, "");
}

TEST(AbsorbPads, LeavesOtherNumbersThanZero) {
  EXPECT_EQ(applied(absorb_pads, pad_conv("0,0,0,1,0,0,1,2", "{0.5}")).remarks,
            "left alone: pad: it adds something else than zeros\n");
  EXPECT_EQ(applied(absorb_pads, pad_conv("0,0,0,1,0,0,1,2", "{0}", "edge")).remarks,
            "left alone: pad: it adds something else than zeros\n");
}

TEST(AbsorbPads, LeavesPadsThatTakeAway) {
  EXPECT_EQ(applied(absorb_pads, pad_conv("0,0,0,-1,0,0,1,2")).remarks, "left alone: pad: it takes elements away\n");
}

TEST(AbsorbPads, LeavesPadsOfTheChannels) {
  const auto done = applied(absorb_pads, R"(input "x" f32 [1,1,4,4]
      const "pads" i64 [8] = {0,1,0,0,0,0,0,0}
      const "w" f32 [3,2,3,3] = ramp
      node "pad" "Pad" {} ("x", "pads") -> ("padded")
      node "conv" "Conv" {} ("padded", "w") -> ("y")
      output "y")");
  EXPECT_EQ(done.remarks, "left alone: pad: it adds to batch or channels\n");
}

TEST(AbsorbPads, LeavesAPadThatOthersRead) {
  const auto done = applied(absorb_pads, R"(input "x" f32 [1,2,4,4]
      const "pads" i64 [8] = {0,0,1,1,0,0,1,1}
      const "w" f32 [3,2,3,3] = ramp
      node "pad" "Pad" {} ("x", "pads") -> ("padded")
      node "conv" "Conv" {} ("padded", "w") -> ("y")
      output "y"
      output "padded")");
  EXPECT_EQ(done.remarks, "left alone: pad: it is read by something else than one Conv\n");
}

TEST(AbsorbPads, KnowsTheZeroOfQuantisedValues) {
  const std::string text = R"(input "x" i8 [1,4,4,2] q -1 8 f[0.5] [3]
      const "pads" i64 [8] = {0,1,1,0,0,1,1,0}
      const "zero" i8 [] = {3}
      const "wrong" i8 [] = {0}
      node "pad" "Pad" {} ("x", "pads", "ZERO") -> ("padded" i8 [..] q -1 8 f[0.5] [3])
      const "w" i8 [3,3,3,2] q -1 8 f[0.25] [0] = ramp
      node "conv" "Conv" {"layout"="NHWC", "filter"="OHWI"} ("padded", "w") -> ("y" i8 [..] q -1 8 f[64.0] [0])
      output "y")";
  const auto with_value = [&](const std::string& name) {
    std::string out = text;
    return out.replace(out.find("ZERO"), 4, name);
  };
  const auto done = applied(absorb_pads, with_value("zero"));
  EXPECT_EQ(done.outline, "y = Conv{pads=[1,1,1,1], layout=NHWC, filter=OHWI}(x, w) i8 [1,4,4,3] q(64,0)\n");
  EXPECT_EQ(done.deviation, "");
  EXPECT_EQ(applied(absorb_pads, with_value("wrong")).remarks, "left alone: pad: it adds something else than zeros\n");
}

TEST(AbsorbPads, SaysThatThereIsNoPad) {
  EXPECT_EQ(applied(absorb_pads, R"(input "x" f32 [1]
      node "relu" "Relu" {} ("x") -> ("y")
      output "y")")
                .remarks,
            "no Pad");
}

}  // namespace
}  // namespace dlas::compiler
