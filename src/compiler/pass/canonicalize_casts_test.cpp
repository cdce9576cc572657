#include <gtest/gtest.h>

#include "compiler/pass/list.h"
#include "compiler/pass_testing.h"

namespace dlas::compiler {
namespace {

using testing::applied;

std::string two_casts(const std::string& from, const std::string& first, const std::string& second) {
  return "input \"x\" " + from + " [3]\nnode \"a\" \"Cast\" {\"to\"=type " + first +
         "} (\"x\") -> (\"m\")\nnode \"b\" \"Cast\" {\"to\"=type " + second +
         "} (\"m\") -> (\"z\")\nnode \"n\" \"Neg\" {} (\"z\") -> (\"y\")\noutput \"y\"";
}

TEST(CanonicalizeCasts, DropsThereAndBack) {
  const auto done = applied(canonicalize_casts, two_casts("f32", "f64", "f32"));
  EXPECT_EQ(done.outline, "y = Neg(x) f32 [3]\n");
  EXPECT_EQ(done.deviation, "");
  EXPECT_EQ(done.again, "");
}

TEST(CanonicalizeCasts, SkipsALosslessStep) {
  const auto done = applied(canonicalize_casts, two_casts("i8", "f32", "f64"));
  EXPECT_EQ(done.outline, "z = Cast{to=type f64}(x) f64 [3]\ny = Neg(z) f64 [3]\n");
  EXPECT_EQ(done.deviation, "");
}

TEST(CanonicalizeCasts, LeavesALossyStep) {
  for (const char* middle : {"f16", "bf16", "i32"})
    EXPECT_EQ(applied(canonicalize_casts, two_casts("f32", middle, "f32")).outline.find("z = Cast{to=type f32}(m)") ==
                  std::string::npos,
              false)
        << middle;
  EXPECT_NE(applied(canonicalize_casts, two_casts("i32", "f32", "i32")).outline.find("(m)"), std::string::npos);
  EXPECT_NE(applied(canonicalize_casts, two_casts("i8", "u8", "i8")).outline.find("(m)"), std::string::npos);
}

TEST(CanonicalizeCasts, LeavesTheNameOfAnOutput) {
  const auto done = applied(canonicalize_casts, R"(input "x" f32 [3]
      node "a" "Cast" {"to"=type f32} ("x") -> ("y")
      output "y")");
  EXPECT_EQ(done.remarks, "left alone: a: it gives an output of the graph its name\n");
}

}  // namespace
}  // namespace dlas::compiler
