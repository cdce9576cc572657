// The approximations stay within the errors that their header names, and the pass puts them in.
#include "compiler/fast_math.h"

#include <gtest/gtest.h>

#include <cmath>

#include "compiler/pass/list.h"
#include "compiler/pass_testing.h"

namespace dlas::compiler {
namespace {

using testing::applied;
using testing::Equality;

// Largest error over a fine grid of [-range, range].
template <typename Fast, typename Exact>
double error(float range, bool relative, Fast fast, Exact exact) {
  double worst = 0;
  for (int i = -100000; i <= 100000; ++i) {
    const float x = range * static_cast<float>(i) / 100000.0F;
    const double y = exact(static_cast<double>(x)), off = std::abs(static_cast<double>(fast(x)) - y);
    worst = std::max(worst, relative ? off / std::abs(y) : off);
  }
  return worst;
}

TEST(FastMath, StaysWithinItsErrors) {
  EXPECT_LT(error(85, true, fast_exp_of, [](double x) { return std::exp(x); }), 3e-7);
  EXPECT_LT(error(20, false, fast_tanh_of, [](double x) { return std::tanh(x); }), 5e-7);
  EXPECT_LT(error(6, false, fast_erf_of, [](double x) { return std::erf(x); }), 5e-7);
}

TEST(FastMath, KeepsNan) {
  const float nan = std::nanf("");
  EXPECT_TRUE(std::isnan(fast_exp_of(nan)) && std::isnan(fast_tanh_of(nan)) && std::isnan(fast_erf_of(nan)));
}

TEST(FastMath, ReplacesFiveFunctions) {
  const auto done = applied(fast_math, R"(input "x" f32 [2,5]
      node "a" "Exp" {} ("x") -> ("a")
      node "b" "Tanh" {} ("a") -> ("b")
      node "c" "Erf" {} ("b") -> ("c")
      node "d" "Sigmoid" {} ("c") -> ("d")
      node "e" "Softmax" {} ("d") -> ("y")
      output "y")",
                            Equality::rounded);
  EXPECT_EQ(done.outline,
            "a = FastExp(x) f32 [2,5]\nb = FastTanh(a) f32 [2,5]\nc = FastErf(b) f32 [2,5]\n"
            "d = FastSigmoid(c) f32 [2,5]\ny = FastSoftmax(d) f32 [2,5]\n");
  EXPECT_EQ(done.again, "");
}

TEST(FastMath, LeavesFloat64Alone) {
  EXPECT_EQ(applied(fast_math, "input \"x\" f64 [3]\nnode \"a\" \"Exp\" {} (\"x\") -> (\"y\")\noutput \"y\"").remarks,
            "left alone: a: it is not of plain float32\n");
}

}  // namespace
}  // namespace dlas::compiler
