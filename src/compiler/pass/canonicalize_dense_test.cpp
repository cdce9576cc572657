#include <gtest/gtest.h>

#include "compiler/pass/list.h"
#include "compiler/pass_testing.h"

namespace dlas::compiler {
namespace {

using testing::applied;
using testing::Equality;

TEST(CanonicalizeDense, JoinsMatMulAndAdd) {
  const auto done = applied(canonicalize_dense, R"(input "x" f32 [2,3]
      const "w" f32 [3,4] = noise
      const "b" f32 [4] = noise
      node "product" "MatMul" {} ("x", "w") -> ("p")
      node "sum" "Add" {"activation"="relu"} ("b", "p") -> ("y")
      output "y")",
                            Equality::rounded);
  EXPECT_EQ(done.outline,
            "y = FullyConnected{keep_num_dims=true, activation=relu}(x, product/weight, product/bias) f32 [2,4]\n");
  EXPECT_EQ(done.remarks, "product: MatMul and Add become FullyConnected\n");
  EXPECT_EQ(done.deviation, "");
  EXPECT_EQ(done.again, "");
}

TEST(CanonicalizeDense, MultipliesTheFactorsOfGemmIn) {
  const auto done = applied(canonicalize_dense, R"(input "x" f32 [2,3]
      const "w" f32 [4,3] = noise
      const "b" f32 [1,4] = noise
      node "gemm" "Gemm" {"alpha"=0.3, "beta"=1.7, "transB"=true} ("x", "w", "b") -> ("y")
      output "y")",
                            Equality::rounded);
  EXPECT_EQ(done.outline, "y = FullyConnected{keep_num_dims=true}(x, gemm/weight, gemm/bias) f32 [2,4]\n");
  EXPECT_EQ(done.deviation, "");
}

TEST(CanonicalizeDense, KeepsWeightsThatAreInOrder) {
  const auto done = applied(canonicalize_dense, R"(input "x" f32 [2,3]
      const "w" f32 [4,3] = noise
      node "gemm" "Gemm" {"transB"=true} ("x", "w") -> ("y")
      output "y")");
  EXPECT_EQ(done.outline, "y = FullyConnected{keep_num_dims=true}(x, w) f32 [2,4]\n");
  EXPECT_EQ(done.deviation, "");
}

TEST(CanonicalizeDense, TakesProductsOfMoreAxes) {
  const auto done = applied(canonicalize_dense, R"(input "x" f32 [2,5,3]
      const "w" f32 [3,4] = noise
      const "b" f32 [1,1,4] = noise
      node "product" "MatMul" {} ("x", "w") -> ("p")
      node "sum" "Add" {} ("p", "b") -> ("y")
      output "y")",
                            Equality::rounded);
  EXPECT_EQ(done.outline, "y = FullyConnected{keep_num_dims=true}(x, product/weight, product/bias) f32 [2,5,4]\n");
  EXPECT_EQ(done.deviation, "");
}

std::string remarks(const std::string& inputs, const std::string& node) {
  return applied(canonicalize_dense, inputs + "\n" + node + "\noutput \"y\"").remarks;
}

TEST(CanonicalizeDense, SaysWhyNot) {
  EXPECT_EQ(remarks("input \"x\" f32 [2,3]\ninput \"w\" f32 [3,4]", R"(node "n" "MatMul" {} ("x", "w") -> ("y"))"),
            "left alone: n: its second factor is not a constant\n");
  EXPECT_EQ(
      remarks("input \"x\" f32 [2,3]\nconst \"w\" f32 [5,3,4] = noise", R"(node "n" "MatMul" {} ("x", "w") -> ("y"))"),
      "left alone: n: its weights have not two axes\n");
  EXPECT_EQ(
      remarks("input \"x\" f32 [3]\nconst \"w\" f32 [3,4] = noise", R"(node "n" "MatMul" {} ("x", "w") -> ("y"))"),
      "left alone: n: its input has less than two axes\n");
  EXPECT_EQ(remarks("input \"x\" f32 [3,2]\nconst \"w\" f32 [3,4] = noise",
                    R"(node "n" "Gemm" {"transA"=true} ("x", "w") -> ("y"))"),
            "left alone: n: its input is transposed\n");
  EXPECT_EQ(remarks("input \"x\" f32 [2,3]\nconst \"w\" f32 [3,4] = noise\nconst \"b\" f32 [2,1] = noise",
                    R"(node "n" "Gemm" {} ("x", "w", "b") -> ("y"))"),
            "left alone: n: its addend is not one number an output\n");
}

TEST(CanonicalizeDense, LeavesAnAddWhoseProductOthersRead) {
  const auto done = applied(canonicalize_dense, R"(input "x" f32 [2,3]
      const "w" f32 [3,4] = noise
      const "b" f32 [4] = noise
      node "product" "MatMul" {} ("x", "w") -> ("p")
      node "sum" "Add" {} ("p", "b") -> ("y")
      output "y"
      output "p")");
  EXPECT_EQ(done.outline,
            "p = FullyConnected{keep_num_dims=true}(x, product/weight) f32 [2,4]\ny = Add(p, b) f32 [2,4]\n");
  EXPECT_EQ(done.deviation, "");
}

}  // namespace
}  // namespace dlas::compiler
