#include <gtest/gtest.h>

#include "compiler/pass/list.h"
#include "compiler/pass_testing.h"

namespace dlas::compiler {
namespace {

using testing::applied;
using testing::Equality;

std::string norm(const std::string& type, const std::string& attributes, const std::string& outputs = "(\"y\")",
                 const std::string& scale = "const \"s\" f32 [3] = {0.5, -2, 1}") {
  return "input \"x\" " + type + "\n" + scale + R"(
      const "b" f32 [3] = noise
      const "mean" f32 [3] = noise
      const "var" f32 [3] = {0.5, 2, 0.01}
      node "norm" "BatchNormalization" {)" +
         attributes + R"(} ("x", "s", "b", "mean", "var") -> )" + outputs + "\noutput \"y\"";
}

TEST(SimplifyInference, MakesAnAffineMapOfANorm) {
  const auto first = applied(simplify_inference, norm("f32 [2,3,4,4]", "\"epsilon\"=0.001"), Equality::rounded);
  EXPECT_EQ(first.outline,
            "norm/scaled = Mul(x, norm/scale) f32 [2,3,4,4]\ny = Add(norm/scaled, norm/shift) f32 [2,3,4,4]\n");
  EXPECT_EQ(first.remarks, "norm: BatchNormalization becomes Mul and Add\n");
  EXPECT_EQ(first.deviation, "");
  EXPECT_EQ(first.again, "");
  EXPECT_EQ(applied(simplify_inference, norm("f32 [2,4,4,3]", "\"layout\"=\"NHWC\""), Equality::rounded).deviation, "");
  EXPECT_EQ(applied(simplify_inference, norm("f32 [2,3]", ""), Equality::rounded).deviation, "");
}

TEST(SimplifyInference, SaysWhyANormStays) {
  EXPECT_EQ(applied(simplify_inference, norm("f32 [2,3,4,4]", "", "(\"y\", \"m\", \"v\")") + "\noutput \"m\"").remarks,
            "left alone: norm: its statistics are an output\n");
  EXPECT_EQ(applied(simplify_inference, norm("f32 [2,3,4,4]", "", "(\"y\")", "input \"s\" f32 [3]")).remarks,
            "left alone: norm: its statistics are not constants\n");
}

TEST(SimplifyInference, DropsWhatDoesNothing) {
  const auto done = applied(simplify_inference, R"(input "x" f32 [2,3]
      node "same" "Identity" {} ("x") -> ("a")
      node "drop" "Dropout" {} ("a") -> ("b", "mask")
      node "relu" "Relu" {} ("b") -> ("y")
      output "y")");
  EXPECT_EQ(done.outline, "y = Relu(x) f32 [2,3]\n");
  EXPECT_EQ(done.deviation, "");
}

TEST(SimplifyInference, KeepsNamesMasksAndTraining) {
  const auto done = applied(simplify_inference, R"(input "x" f32 [2,3]
      input "training" bool []
      node "masked" "Dropout" {} ("x") -> ("b", "mask")
      node "trained" "Dropout" {} ("x", -, "training") -> ("c")
      node "sum" "Add" {} ("b", "c") -> ("d")
      node "same" "Identity" {} ("d") -> ("y")
      output "y"
      output "mask")");
  EXPECT_EQ(done.remarks,
            "left alone: masked: its mask is used\nleft alone: trained: it may be in training mode\n"
            "left alone: same: it gives an output of the graph its name\n");
}

}  // namespace
}  // namespace dlas::compiler
