#include <gtest/gtest.h>

#include "compiler/pass/list.h"
#include "compiler/pass_testing.h"

namespace dlas::compiler {
namespace {

using testing::applied;
using testing::Equality;

constexpr char kGraph[] = R"(input "x" f32 [2,3]
    const "a" f32 [3] = noise
    const "b" f32 [3] = noise
    node "sum" "Add" {} ("a", "b") -> ("s")
    node "turned" "Neg" {} ("s") -> ("n")
    node "sizes" "Shape" {} ("x") -> ("sizes")
    node "reshaped" "Reshape" {} ("x", "sizes") -> ("r")
    node "last" "Mul" {} ("r", "n") -> ("y")
    output "y")";

TEST(FoldConstants, ComputesWhatIsKnown) {
  const auto done = applied(fold_constants, kGraph);
  EXPECT_EQ(done.outline, "r = Reshape(x, sizes) f32 [2,3]\ny = Mul(r, n) f32 [2,3]\n");
  EXPECT_EQ(done.remarks, "sum: Add computed now\nturned: Neg computed now\nsizes: Shape computed now\n");
  EXPECT_EQ(done.deviation, "");
  EXPECT_EQ(done.again, "");
}

TEST(FoldConstants, StopsAtItsBudget) {
  const auto done = applied(fold_constants, kGraph, Equality::exact, {"bytes=12"});
  EXPECT_EQ(done.remarks,
            "sum: Add computed now\nleft alone: turned: its result is larger than what is left of `bytes`\n"
            "left alone: sizes: its result is larger than what is left of `bytes`\n");
  EXPECT_EQ(done.deviation, "");
}

TEST(FoldConstants, LeavesShapesThatAreNotKnown) {
  const Graph graph = testing::graph_of(R"(input "x" f32 [batch,3]
      node "sizes" "Shape" {} ("x") -> ("y")
      output "y")");
  const auto done = optimise(graph, *parse_pipeline("fold_constants"));
  ASSERT_TRUE(done.ok()) << done.error().message();
  EXPECT_EQ(done->reports[0].outcome.absent, "no node has only constant inputs");
}

}  // namespace
}  // namespace dlas::compiler
