#include <gtest/gtest.h>

#include "compiler/pass/list.h"
#include "compiler/pass_testing.h"

namespace dlas::compiler {
namespace {

using testing::applied;

TEST(EliminateDuplicates, ComputesEqualChainsOnce) {
  const auto done = applied(eliminate_duplicates, R"(input "x" f32 [2,3]
      const "c" f32 [3] = ramp
      const "d" f32 [3] = ramp
      node "a" "Add" {} ("x", "c") -> ("a")
      node "b" "Add" {} ("x", "d") -> ("b")
      node "ea" "Exp" {} ("a") -> ("ea")
      node "eb" "Exp" {} ("b") -> ("eb")
      node "y" "Sub" {} ("ea", "b") -> ("p")
      node "z" "Mul" {} ("p", "eb") -> ("y")
      output "y")");
  EXPECT_EQ(done.outline,
            "a = Add(x, c) f32 [2,3]\nea = Exp(a) f32 [2,3]\np = Sub(ea, a) f32 [2,3]\ny = Mul(p, ea) f32 [2,3]\n");
  EXPECT_EQ(done.remarks, "d: equal constants become one\nb: computed already by 'a'\neb: computed already by 'ea'\n");
  EXPECT_EQ(done.deviation, "");
  EXPECT_EQ(done.again, "");
}

TEST(EliminateDuplicates, TellsAttributesAndOrdersApart) {
  const auto done = applied(eliminate_duplicates, R"(input "x" f32 [2,3]
      input "z" f32 [2,3]
      node "a" "Softmax" {"axis"=0} ("x") -> ("a")
      node "b" "Softmax" {"axis"=1} ("x") -> ("b")
      node "c" "Sub" {} ("a", "b") -> ("c")
      node "d" "Sub" {} ("b", "a") -> ("d")
      node "e" "Concat" {"axis"=0} ("c", "d", "z") -> ("y")
      output "y")");
  EXPECT_EQ(done.remarks, "no two nodes compute the same");
}

TEST(EliminateDuplicates, KeepsTheNamesOfOutputs) {
  const auto done = applied(eliminate_duplicates, R"(input "x" f32 [2,3]
      node "a" "Exp" {} ("x") -> ("y")
      node "b" "Exp" {} ("x") -> ("z")
      output "y"
      output "z")");
  EXPECT_EQ(done.remarks, "left alone: b: it gives an output of the graph its name\n");
}

}  // namespace
}  // namespace dlas::compiler
