// The passes that bring a graph into the form of a file format: what becomes what, and that the numbers stay.
#include "compiler/export/export.h"

#include <gtest/gtest.h>

#include "compiler/pass_testing.h"
#include "model/graph/text_form.h"
#include "model/op/list.h"

namespace dlas::compiler {
namespace {

using testing::applied;
using testing::Equality;

std::string unary(const std::string& op, const std::string& attributes = "") {
  return "input \"x\" f32 [2,3,4,5]\nnode \"n\" \"" + op + "\" {" + attributes + "} (\"x\") -> (\"y\")\noutput \"y\"";
}
std::string binary(const std::string& op, const std::string& attributes = "") {
  return "input \"a\" f32 [2,3]\ninput \"b\" f32 [2,3]\nnode \"n\" \"" + op + "\" {" + attributes +
         "} (\"a\", \"b\") -> (\"y\")\noutput \"y\"";
}

TEST(SeparateActivations, EachFunctionBecomesItsNode) {
  for (const auto& [activation, node] :
       {std::pair("relu", "y = Relu(n/linear) f32 [2,3]\n"), std::pair("tanh", "y = Tanh(n/linear) f32 [2,3]\n"),
        std::pair("relu6", "y = Clip(n/linear, n/relu6/min, n/relu6/max) f32 [2,3]\n")}) {
    const auto done = applied(separate_activations, binary("Add", std::string("\"activation\"=\"") + activation + "\""),
                              Equality::rounded);
    EXPECT_EQ(done.outline, std::string("n/linear = Add(a, b) f32 [2,3]\n") + node);
    EXPECT_EQ(done.deviation, "");
    EXPECT_EQ(done.again, "");
  }
}

TEST(SeparateActivations, SaysWhyNot) {
  EXPECT_EQ(applied(separate_activations, binary("Add")).remarks, "no operator with a function inside");
  EXPECT_EQ(applied(separate_activations, binary("Add", "\"activation\"=\"sign_bit\"")).remarks,
            "left alone: n: no operator computes sign_bit\n");
}

std::string conv(const std::string& filter, const std::string& sizes, const std::string& more = "") {
  return "input \"x\" f32 [1,4,5,5]\nconst \"w\" f32 [" + sizes + "] = noise\nnode \"n\" \"Conv\" {\"filter\"=\"" +
         filter + "\"" + more + "} (\"x\", \"w\") -> (\"y\")\noutput \"y\"";
}

TEST(OrderFilters, EveryOrderBecomesThatOfOnnxWithTheSameBits) {
  for (const auto& text : {conv("OHWI", "6,3,2,4"), conv("HWIO", "3,2,4,6"), conv("IHWO", "1,3,2,8", ", \"group\"=4"),
                           conv("HWCM", "3,2,4,2", ", \"group\"=4")}) {
    const auto done = applied(order_filters, text);
    EXPECT_EQ(done.outline.find("filter="), std::string::npos) << done.outline;
    EXPECT_EQ(done.deviation, "") << text;
    EXPECT_EQ(done.again, "");
  }
}

TEST(OrderFilters, WeightsThatAreComputedAreTurnedByATranspose) {
  const auto done = applied(order_filters, R"(input "x" f32 [1,4,5,5]
      input "w" f32 [6,3,2,4]
      node "n" "Conv" {"filter"="OHWI"} ("x", "w") -> ("y")
      output "y")");
  EXPECT_EQ(done.outline,
            "n/weight = Transpose{perm=[0,3,1,2]}(w) f32 [6,4,3,2]\ny = Conv(x, n/weight) f32 [1,6,3,4]\n");
  EXPECT_EQ(done.deviation, "");
}

TEST(OrderFilters, OfATransposedConvolutionToo) {
  const auto done = applied(order_filters, R"(input "x" f32 [1,4,5,5]
      const "w" f32 [6,3,2,4] = noise
      node "n" "ConvTranspose" {"filter"="OHWI"} ("x", "w") -> ("y")
      output "y")");
  EXPECT_EQ(done.outline, "y = ConvTranspose(x, w) f32 [1,6,7,6]\n");
  EXPECT_EQ(done.deviation, "");
}

TEST(StandardOperators, EveryExtensionKeepsItsNumbers) {
  for (const auto& text :
       {unary("Relu6"), unary("ReluN1To1"), unary("Square"), binary("SquaredDifference"), binary("NotEqual"),
        binary("FloorDiv"), unary("Softmax", "\"beta\"=0.5"), unary("Softmax", "\"flatten\"=true, \"axis\"=1"),
        unary("LogSoftmax", "\"beta\"=2.0"),
        std::string(
            "input \"a\" f32 [2,4,3]\ninput \"b\" f32 [2,5,4]\nnode \"n\" \"MatMul\" {\"adj_x\"=true, \"adj_y\"=true} "
            "(\"a\", \"b\") -> (\"y\")\noutput \"y\""),
        std::string(
            "input \"x\" f32 [2,3,4]\nconst \"axes\" i64 [2] = {0, -1}\nnode \"n\" \"Reverse\" {} (\"x\", \"axes\") -> "
            "(\"y\")\noutput \"y\"")}) {
    const auto done = applied(standard_operators, text, Equality::rounded);
    EXPECT_EQ(done.deviation, "") << text;
    EXPECT_EQ(done.again, "") << text;
    EXPECT_NE(done.remarks.find("in operators of ONNX"), std::string::npos) << done.remarks;
  }
}

TEST(StandardOperators, ADenseLayerIsAGemmOfRows) {
  const auto dense = [](const std::string& x, const std::string& keep) {
    return applied(standard_operators,
                   "input \"x\" f32 [" + x +
                       "]\nconst \"w\" f32 [3,4] = noise\nconst \"b\" f32 [3] = noise\nnode \"n\" "
                       "\"FullyConnected\" {\"keep_num_dims\"=" +
                       keep + "} (\"x\", \"w\", \"b\") -> (\"y\")\noutput \"y\"",
                   Equality::rounded);
  };
  const auto two = dense("2,4", "false"), four = dense("2,2,2,4", "false"), kept = dense("2,5,4", "true");
  EXPECT_EQ(two.outline, "y = Gemm{transB=true}(x, w, b) f32 [2,3]\n");
  EXPECT_EQ(four.outline, "n/flat = Reshape(x, n/rows) f32 [8,4]\ny = Gemm{transB=true}(n/flat, w, b) f32 [8,3]\n");
  EXPECT_EQ(kept.outline,
            "n/weight = Transpose{perm=[1,0]}(w) f32 [4,3]\nn/product = MatMul(x, n/weight) f32 [2,5,3]\n"
            "y = Add(n/product, b) f32 [2,5,3]\n");
  EXPECT_EQ(two.deviation + four.deviation + kept.deviation, "");
}

TEST(OlderOperators, EachIsSpelledOutBelowItsOpsetOnly) {
  const std::string norm =
      "input \"x\" f32 [2,3,4]\nconst \"s\" f32 [4] = noise\nconst \"b\" f32 [4] = noise\nnode \"n\" "
      "\"LayerNormalization\" {} "
      "(\"x\", \"s\", \"b\") -> (\"y\")\noutput \"y\"";
  for (const auto& [text, since] :
       {std::pair(unary("HardSwish"), 14), std::pair(unary("Mish"), 18), std::pair(unary("Gelu"), 20),
        std::pair(unary("Gelu", "\"approximate\"=\"tanh\""), 20), std::pair(unary("Swish"), 24),
        std::pair(unary("Swish", "\"alpha\"=1.5"), 24), std::pair(norm, 17)}) {
    const auto below = applied(older_operators, text, Equality::rounded, {"opset=" + std::to_string(since - 1)});
    EXPECT_EQ(below.deviation, "") << text;
    EXPECT_NE(below.remarks.find("in operators of opset"), std::string::npos) << below.remarks;
    EXPECT_EQ(applied(older_operators, text, Equality::rounded, {"opset=" + std::to_string(since)}).remarks,
              "no operator that opset " + std::to_string(since) + " has not");
  }
}

TEST(ExpandQuantized, AConvolutionIsComputedOnFloatsAndRoundedOnce) {
  const auto done = applied(expand_quantized, R"(input "x" i8 [1,2,3,3] q -1 8 f[0.5] [-3]
      const "w" i8 [1,2,1,1] q -1 8 f[0.25] [0] = {2, -3}
      const "b" i32 [1] q -1 32 f[0.125] [0] = {4}
      node "n" "Conv" {"activation"="relu"} ("x", "w", "b") -> ("y" i8 [1,1,3,3] q -1 8 f[0.5] [-128])
      output "y")");
  EXPECT_EQ(done.outline,
            "x/dequantized = DequantizeLinear(x, x/scale, x/zero_point) f32 [1,2,3,3]\n"
            "w/dequantized = DequantizeLinear(w, w/scale, w/zero_point) f32 [1,2,1,1]\n"
            "b/dequantized = DequantizeLinear(b, b/scale) f32 [1]\n"
            "y/real = Conv{activation=relu}(x/dequantized, w/dequantized, b/dequantized) f32 [1,1,3,3]\n"
            "y = QuantizeLinear(y/real, y/scale, y/zero_point) i8 [1,1,3,3]\n");
  EXPECT_EQ(done.again, "");
}

TEST(ExpandQuantized, WhatOnlyMovesIntegersStaysOnThem) {
  const auto done = applied(expand_quantized, R"(input "x" i8 [2,3] q -1 8 f[0.5] [-3]
      node "n" "Transpose" {"perm"=[1,0]} ("x") -> ("y" i8 [3,2] q -1 8 f[0.5] [-3])
      output "y")");
  EXPECT_EQ(done.outline, "y = Transpose{perm=[1,0]}(x) i8 [3,2]\n");
}

TEST(RelabelContract, InputsAndOutputsTakeTheLayoutInside) {
  const auto done = applied(relabel_contract, R"(input "x" f32 [1,4,5,2]
      node "in" "Transpose" {"perm"=[0,3,1,2]} ("x") -> ("t")
      node "n" "Relu" {} ("t") -> ("u")
      node "out" "Transpose" {"perm"=[0,2,3,1]} ("u") -> ("y")
      output "y")");
  EXPECT_EQ(done.outline, "u = Relu(x) f32 [1,2,4,5]\n");
}

// Every random network in the form of ONNX computes what it computed.
TEST(OnnxForm, KeepsTheNumbersOfRandomNetworks) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed)
    for (const std::int64_t opset : {13, 28}) {
      const Graph before = testing::random_graph(seed);
      const auto after = optimise(before, onnx_form(opset, true));
      ASSERT_TRUE(after.ok()) << after.error().message();
      EXPECT_EQ(testing::deviation(before, after->graph, Equality::rounded), "") << "seed " << seed;
    }
}

TEST(ExportPasses, HaveOneNameEachAndStandSorted) {
  const auto all = export_passes();
  for (std::size_t i = 1; i < all.size(); ++i) EXPECT_LT(all[i - 1]->name, all[i]->name);
}

}  // namespace
}  // namespace dlas::compiler
