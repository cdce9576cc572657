#include <gtest/gtest.h>

#include "compiler/pass/list.h"
#include "compiler/pass_testing.h"

namespace dlas::compiler {
namespace {

using testing::applied;

std::string detour(const std::string& middle, const std::string& scale = "s", const std::string& after = "") {
  return R"(input "x" u8 [2,3]
            const "s" f32 [] = {0.1}
            const "other" f32 [] = {0.2}
            const "z" u8 [] = {7}
            const "sizes" i64 [2] = {3, 2}
            node "dq" "DequantizeLinear" {} ("x", "s", "z") -> ("f")
            )" +
         middle + "\nnode \"q\" \"QuantizeLinear\" {} (\"" + (middle.empty() ? "f" : "g") + "\", \"" + scale +
         "\", \"z\") -> (\"i\")\nnode \"last\" \"Identity\" {} (\"i\") -> (\"y\")\noutput \"y\"" + after;
}

TEST(LowerQuantized, DropsThereAndBack) {
  const auto done = applied(lower_quantized, detour(""));
  EXPECT_EQ(done.outline, "y = Identity(x) u8 [2,3]\n");
  EXPECT_EQ(done.remarks, "q: the integers are there already\n");
  EXPECT_EQ(done.deviation, "");
}

TEST(LowerQuantized, MovesIntegers) {
  const auto done = applied(lower_quantized, detour(R"(node "t" "Transpose" {} ("f") -> ("t")
      node "r" "Reshape" {} ("t", "sizes") -> ("g"))"));
  EXPECT_EQ(done.outline,
            "t/integers = Transpose(x) u8 [3,2]\ni = Reshape(t/integers, sizes) u8 [3,2]\ny = Identity(i) u8 [3,2]\n");
  EXPECT_EQ(done.deviation, "");
  EXPECT_EQ(done.again, "");
}

TEST(LowerQuantized, SaysWhyNot) {
  EXPECT_EQ(applied(lower_quantized, detour("", "other")).remarks,
            "left alone: q: it has another scale than the DequantizeLinear before it\n");
  EXPECT_EQ(applied(lower_quantized, detour(R"(node "n" "Relu" {} ("f") -> ("g"))")).remarks,
            "left alone: q: what it reads is computed from floats\n");
  EXPECT_EQ(
      applied(lower_quantized, detour(R"(node "t" "Transpose" {} ("f") -> ("g"))", "s", "\noutput \"g\"")).remarks,
      "left alone: q: what it reads has other readers\n");
}

}  // namespace
}  // namespace dlas::compiler
