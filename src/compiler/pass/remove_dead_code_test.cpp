#include <gtest/gtest.h>

#include "compiler/pass/list.h"
#include "compiler/pass_testing.h"

namespace dlas::compiler {
namespace {

using testing::applied;

TEST(RemoveDeadCode, DropsWhatNoOutputNeeds) {
  const auto done = applied(remove_dead_code, R"(input "x" f32 [3]
      const "unused" f32 [3] = ramp
      node "a" "Neg" {} ("x") -> ("a")
      node "dead" "Exp" {} ("a") -> ("e")
      node "deader" "Add" {} ("e", "unused") -> ("f")
      node "b" "Relu" {} ("a") -> ("y")
      output "y")");
  EXPECT_EQ(done.outline, "a = Neg(x) f32 [3]\ny = Relu(a) f32 [3]\n");
  EXPECT_EQ(done.remarks, "dead: no output needs it\ndeader: no output needs it\n");
  EXPECT_EQ(done.deviation, "");
  EXPECT_EQ(done.again, "");
}

TEST(RemoveDeadCode, SaysThatAllIsNeeded) {
  EXPECT_EQ(
      applied(remove_dead_code, "input \"x\" f32 [3]\nnode \"a\" \"Neg\" {} (\"x\") -> (\"y\")\noutput \"y\"").remarks,
      "every node is needed by an output");
}

}  // namespace
}  // namespace dlas::compiler
