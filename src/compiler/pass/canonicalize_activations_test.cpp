// Spelled-out activations in the orders that exporters write, and what only looks like one.
#include <gtest/gtest.h>

#include "compiler/pass/list.h"
#include "compiler/pass_testing.h"

namespace dlas::compiler {
namespace {

using testing::applied;
using testing::Equality;

// Nodes over "x" that end in "y", with the constants that the patterns use.
std::string over_x(const std::string& nodes) {
  return R"(input "x" f32 [2,9]
            const "zero" f32 [] = {0}
            const "half" f32 [1] = {0.5}
            const "one" f32 [] = {1}
            const "three" f32 [] = {3}
            const "six" f32 [] = {6}
            const "sixth" f32 [] = {0.16666667}
            const "root" f32 [] = {1.4142135}
            const "infinity" f32 [] = 0x0000807f
            )" +
         nodes + "\noutput \"y\"";
}

struct Pattern {
  const char* nodes;
  const char* becomes;
};

const Pattern kPatterns[] = {
    {R"(node "n" "Clip" {} ("x", "zero", "six") -> ("y"))", "Relu6"},
    {R"(node "n" "Clip" {} ("x", "zero", "infinity") -> ("y"))", "Relu"},
    {R"(node "n" "Max" {} ("zero", "x") -> ("y"))", "Relu"},
    {R"(node "a" "Max" {} ("x", "zero") -> ("a")
        node "n" "Min" {} ("a", "six") -> ("y"))",
     "Relu6"},
    {R"(node "a" "Relu" {} ("x") -> ("a")
        node "n" "Min" {} ("a", "six") -> ("y"))",
     "Relu6"},
    {R"(node "a" "HardSigmoid" {"alpha"=0.1666666716337204} ("x") -> ("a")
        node "n" "Mul" {} ("x", "a") -> ("y"))",
     "HardSwish"},
    {R"(node "a" "Add" {} ("x", "three") -> ("a")
        node "b" "Clip" {} ("a", "zero", "six") -> ("b")
        node "c" "Mul" {} ("x", "b") -> ("c")
        node "n" "Div" {} ("c", "six") -> ("y"))",
     "HardSwish"},
    {R"(node "a" "Add" {} ("three", "x") -> ("a")
        node "b" "Relu6" {} ("a") -> ("b")
        node "c" "Mul" {} ("b", "sixth") -> ("c")
        node "n" "Mul" {} ("c", "x") -> ("y"))",
     "HardSwish"},
    {R"(node "a" "Sigmoid" {} ("x") -> ("a")
        node "n" "Mul" {} ("a", "x") -> ("y"))",
     "Swish"},
    {R"(node "a" "Div" {} ("x", "root") -> ("a")
        node "b" "Erf" {} ("a") -> ("b")
        node "c" "Add" {} ("b", "one") -> ("c")
        node "d" "Mul" {} ("x", "c") -> ("d")
        node "n" "Mul" {} ("d", "half") -> ("y"))",
     "Gelu"},
    {R"(node "a" "Div" {} ("x", "root") -> ("a")
        node "b" "Erf" {} ("a") -> ("b")
        node "c" "Add" {} ("b", "one") -> ("c")
        node "d" "Mul" {} ("x", "half") -> ("d")
        node "n" "Mul" {} ("d", "c") -> ("y"))",
     "Gelu"},
    {R"(node "a" "Div" {} ("x", "root") -> ("a")
        node "b" "Erf" {} ("a") -> ("b")
        node "c" "Add" {} ("b", "one") -> ("c")
        node "d" "Mul" {} ("c", "half") -> ("d")
        node "n" "Mul" {} ("x", "d") -> ("y"))",
     "Gelu"},
};

TEST(CanonicalizeActivations, FindsEachSpelling) {
  for (const Pattern& p : kPatterns) {
    const auto done = applied(canonicalize_activations, over_x(p.nodes), Equality::rounded);
    EXPECT_EQ(done.outline, std::string("y = ") + p.becomes + "(x) f32 [2,9]\n") << p.nodes;
    EXPECT_EQ(done.remarks.find("n: becomes " + std::string(p.becomes)) == std::string::npos, false) << done.remarks;
    EXPECT_EQ(done.again, "") << p.nodes;
  }
}

TEST(CanonicalizeActivations, KeepsTheNumbers) {
  for (const Pattern& p : kPatterns) {
    // 1/6 and sqrt 2 are float32 numbers in the graph and exact in the operator: no comparison in float64.
    const Graph before = testing::graph_of(over_x(p.nodes));
    const auto after = optimise(before, *parse_pipeline("canonicalize_activations"));
    ASSERT_TRUE(after.ok()) << after.error().message();
    EXPECT_EQ(testing::deviation(before, after->graph, Equality::rounded), "") << p.nodes;
  }
}

TEST(CanonicalizeActivations, LeavesWhatOnlyLooksLikeOne) {
  for (const char* nodes : {
           R"(node "n" "Clip" {} ("x", "zero") -> ("y"))",                 // infinity becomes the largest float
           R"(node "n" "Clip" {} ("x", "one", "six") -> ("y"))",           // another limit
           R"(node "a" "HardSigmoid" {} ("x") -> ("a")
              node "n" "Mul" {} ("x", "a") -> ("y"))",                     // slope 0.2
           R"(node "a" "Sigmoid" {} ("x") -> ("a")
              node "b" "Relu" {} ("x") -> ("b")
              node "n" "Mul" {} ("b", "a") -> ("y"))",                     // of another value
           R"(node "a" "Sigmoid" {} ("x") -> ("a")
              node "n" "Mul" {"activation"="relu"} ("x", "a") -> ("y"))",  // something more
           R"(node "a" "Add" {} ("x", "one") -> ("a")
              node "b" "Relu6" {} ("a") -> ("b")
              node "c" "Mul" {} ("x", "b") -> ("c")
              node "n" "Div" {} ("c", "six") -> ("y"))",                   // x + 1
       }) {
    const auto done = applied(canonicalize_activations, over_x(nodes));
    EXPECT_EQ(done.remarks.find("becomes"), std::string::npos) << nodes;
    EXPECT_FALSE(done.remarks.empty());
  }
}

}  // namespace
}  // namespace dlas::compiler
