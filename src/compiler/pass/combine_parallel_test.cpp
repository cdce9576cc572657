// The three passes that make one layer of several: convolutions, dense layers, matrix products.
#include <gtest/gtest.h>

#include "compiler/pass/list.h"
#include "compiler/pass_testing.h"

namespace dlas::compiler {
namespace {

using testing::applied;

std::string convolutions(const std::string& type, const std::string& attributes, const std::string& w1,
                         const std::string& w2, const std::string& axis, const std::string& other = "") {
  return "input \"x\" " + type + "\nconst \"w1\" f32 " + w1 + " = noise\nconst \"w2\" f32 " + w2 +
         " = noise\nconst \"b1\" f32 [2] = noise\nconst \"b2\" f32 [3] = noise\nnode \"one\" \"Conv\" {" + attributes +
         "} (\"x\", \"w1\", \"b1\") -> (\"a\")\nnode \"two\" \"Conv\" {" + (other.empty() ? attributes : other) +
         "} (\"x\", \"w2\", \"b2\") -> (\"b\")\nnode \"cat\" \"Concat\" {\"axis\"=" + axis +
         "} (\"b\", \"a\") -> (\"y\")\noutput \"y\"";
}

TEST(CombineParallelConv, PutsWeightsTogether) {
  const auto first = applied(combine_parallel_conv,
                             convolutions("f32 [1,4,5,5]", "\"pads\"=[1,1,1,1]", "[2,4,3,3]", "[3,4,3,3]", "1"));
  EXPECT_EQ(first.outline,
            "one/joined = Conv{pads=[1,1,1,1]}(x, one/joined_1, one/joined_2) f32 [1,5,5,5]\n"
            "a, b = Split{axis=1}(one/joined, one/sizes) f32 [1,2,5,5]\ny = Concat{axis=1}(b, a) f32 [1,5,5,5]\n");
  EXPECT_EQ(first.remarks, "one: 2 Conv become one and a Split\n");
  EXPECT_EQ(first.deviation, "");
  const auto last =
      applied(combine_parallel_conv,
              convolutions("f32 [2,5,5,4]", "\"layout\"=\"NHWC\", \"filter\"=\"HWIO\"", "[3,3,4,2]", "[3,3,4,3]", "3"));
  EXPECT_EQ(last.deviation, "");
  EXPECT_NE(last.outline.find("a, b = Split{axis=3}"), std::string::npos);
}

TEST(CombineParallelConv, TellsWindowsApart) {
  const auto done = applied(combine_parallel_conv, convolutions("f32 [1,4,5,5]", "\"pads\"=[1,1,1,1]", "[2,4,3,3]",
                                                                "[3,4,3,3]", "1", "\"pads\"=[2,2,0,0]"));
  EXPECT_EQ(done.remarks,
            "left alone: one: no other reads the same value in the same way\n"
            "left alone: two: no other reads the same value in the same way\n");
}

TEST(CombineParallelDense, PutsWeightsTogether) {
  const auto done = applied(combine_parallel_dense, R"(input "x" f32 [2,3]
      const "w1" f32 [4,3] = noise
      const "w2" f32 [2,3] = noise
      node "one" "FullyConnected" {} ("x", "w1") -> ("a")
      node "two" "FullyConnected" {} ("x", "w2") -> ("b")
      node "cat" "Concat" {"axis"=1} ("b", "a") -> ("y")
      output "y")");
  EXPECT_EQ(done.outline,
            "one/joined = FullyConnected(x, one/joined_1) f32 [2,6]\n"
            "a, b = Split{axis=1}(one/joined, one/sizes) f32 [2,4]\ny = Concat{axis=1}(b, a) f32 [2,6]\n");
  EXPECT_EQ(done.deviation, "");
}

TEST(CombineParallelMatmul, PutsColumnsTogether) {
  const auto done = applied(combine_parallel_matmul, R"(input "x" f32 [5,2,3]
      const "b1" f32 [3,4] = noise
      const "b2" f32 [3,2] = noise
      const "b3" f32 [5,3,2] = noise
      node "one" "MatMul" {} ("x", "b1") -> ("a")
      node "two" "MatMul" {} ("x", "b2") -> ("b")
      node "three" "MatMul" {} ("x", "b3") -> ("c")
      node "cat" "Concat" {"axis"=2} ("b", "a", "c") -> ("y")
      output "y")");
  EXPECT_EQ(done.remarks,
            "one: 2 MatMul become one and a Split\nleft alone: three: no other reads the same value in the same way\n");
  EXPECT_EQ(done.deviation, "");
}

TEST(CombineParallel, SaysThatThereIsNothing) {
  const std::string text = "input \"x\" f32 [3]\nnode \"a\" \"Neg\" {} (\"x\") -> (\"y\")\noutput \"y\"";
  EXPECT_EQ(applied(combine_parallel_conv, text).remarks, "no Conv");
  EXPECT_EQ(applied(combine_parallel_dense, text).remarks, "no FullyConnected");
  EXPECT_EQ(applied(combine_parallel_matmul, text).remarks, "no MatMul");
}

}  // namespace
}  // namespace dlas::compiler
