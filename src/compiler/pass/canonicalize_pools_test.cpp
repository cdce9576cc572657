#include <gtest/gtest.h>

#include "compiler/pass/list.h"
#include "compiler/pass_testing.h"

namespace dlas::compiler {
namespace {

using testing::applied;

std::string mean(const std::string& type, const std::string& axes, const std::string& attributes) {
  return "input \"x\" " + type + "\nconst \"axes\" i64 [2] = {" + axes + "}\nnode \"m\" \"ReduceMean\" {" + attributes +
         "} (\"x\", \"axes\") -> (\"y\")\noutput \"y\"";
}

TEST(CanonicalizePools, NamesTheMeanOverPlaces) {
  const auto first = applied(canonicalize_pools, mean("f32 [2,3,4,5]", "2,3", ""));
  EXPECT_EQ(first.outline, "y = GlobalAveragePool(x) f32 [2,3,1,1]\n");
  EXPECT_EQ(first.deviation, "");
  const auto last = applied(canonicalize_pools, mean("f32 [2,4,5,3]", "2,1", ""));
  EXPECT_EQ(last.outline, "y = GlobalAveragePool{layout=NHWC}(x) f32 [2,1,1,3]\n");
  EXPECT_EQ(last.deviation, "");
}

TEST(CanonicalizePools, SqueezesWhereAxesGo) {
  const auto done = applied(canonicalize_pools, mean("f32 [2,3,4,5]", "-1,-2", "\"keepdims\"=0"));
  EXPECT_EQ(done.outline, "m/mean = GlobalAveragePool(x) f32 [2,3,1,1]\ny = Squeeze(m/mean, m/axes) f32 [2,3]\n");
  EXPECT_EQ(done.deviation, "");
  EXPECT_EQ(done.again, "");
}

TEST(CanonicalizePools, TakesAWindowOfTheWholeInput) {
  const auto done = applied(canonicalize_pools, R"(input "x" f32 [2,3,4,5]
      node "pool" "AveragePool" {"kernel_shape"=[4,5], "strides"=[2,2]} ("x") -> ("y")
      output "y")");
  EXPECT_EQ(done.outline, "y = GlobalAveragePool(x) f32 [2,3,1,1]\n");
  EXPECT_EQ(done.deviation, "");
}

TEST(CanonicalizePools, SaysWhyNot) {
  EXPECT_EQ(applied(canonicalize_pools, mean("f32 [2,3,4,5]", "1,2", "")).remarks,
            "m: ReduceMean becomes GlobalAveragePool\n");  // [N, H, W, C] as well as anything else
  EXPECT_EQ(applied(canonicalize_pools, mean("f32 [2,3,4,5]", "1,3", "")).remarks,
            "left alone: m: its axes are not the places of a picture\n");
  EXPECT_EQ(applied(canonicalize_pools, mean("f32 [2,3,4]", "1,2", "")).remarks,
            "left alone: m: its input has not four axes\n");
  EXPECT_EQ(applied(canonicalize_pools, R"(input "x" f32 [2,3,4,5]
      node "pool" "AveragePool" {"kernel_shape"=[4,4]} ("x") -> ("y")
      output "y")")
                .remarks,
            "left alone: pool: its window is not the whole input\n");
  EXPECT_EQ(applied(canonicalize_pools, R"(input "x" f32 [2,3,4,4]
      node "pool" "AveragePool" {"kernel_shape"=[4,4], "pads"=[1,1,1,1], "strides"=[3,3]} ("x") -> ("y")
      output "y")")
                .remarks,
            "left alone: pool: its window is not the whole input\n");
}

}  // namespace
}  // namespace dlas::compiler
