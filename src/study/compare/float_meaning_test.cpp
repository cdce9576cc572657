// The meaning of a quantised graph: scale * (stored - zero point), computed in floats.
#include "study/compare/float_meaning.h"

#include <gtest/gtest.h>

#include "model/executor/reference.h"
#include "model/graph/infer.h"
#include "model/op/list_nn.h"
#include "model/op/list_shape.h"

namespace dlas::study {
namespace {

AttributeSet attributes(const Op& op, const AttributeList& list) { return op.attributes->make(list).value(); }

TEST(FloatMeaning, ReadsAWeightThroughItsScales) {
  // QDQ with one scale for each of two rows; the product is then that of the real numbers.
  Graph graph;
  const ValueId x = graph.add_input("x", Type(DType::f32, {1, 2}));
  const ValueId w = graph.add_constant("w", Tensor::of<std::int8_t>({2, 2}, {1, 2, 3, 4}));
  const ValueId scale = graph.add_constant("scale", Tensor::of<float>({2}, {0.5F, 0.25F}));
  const ValueId zero = graph.add_constant("zero", Tensor::of<std::int8_t>({2}, {1, 0}));
  const ValueId real = graph.add(op::dequantize_linear, attributes(op::dequantize_linear, {{"axis", std::int64_t{0}}}),
                                 {w, scale, zero}, "real");
  graph.outputs = {graph.add(op::mat_mul, attributes(op::mat_mul, {}), {x, real}, "y")};
  const auto meaning = float_meaning(graph);
  ASSERT_TRUE(meaning.ok()) << meaning.error().message();
  EXPECT_TRUE(meaning->value(w).constant.same_bits(Tensor::of<float>({2, 2}, {0, 0.5F, 0.75F, 1})));
  const auto executor = make_reference(*meaning);
  ASSERT_TRUE(executor.ok()) << executor.error().message();
  const auto result = (*executor)->run(std::vector<Tensor>{Tensor::of<float>({1, 2}, {2, 4})}, {});
  ASSERT_TRUE(result.ok()) << result.error().message();
  EXPECT_TRUE(result->outputs[0].same_bits(Tensor::of<float>({1, 2}, {3, 5})));
}

TEST(FloatMeaning, MakesFloatsOfWhatStandsBetweenQuantizeAndDequantize) {
  Graph graph;
  const ValueId x = graph.add_input("x", Type(DType::f32, {2, 3}));
  const ValueId scale = graph.add_constant("scale", Tensor::scalar(0.5F));
  const ValueId zero = graph.add_constant("zero", Tensor::scalar(std::uint8_t{3}));
  const ValueId stored =
      graph.add(op::quantize_linear, attributes(op::quantize_linear, {}), {x, scale, zero}, "stored");
  const ValueId turned = graph.add(op::transpose, attributes(op::transpose, {}), {stored}, "turned");
  graph.outputs = {
      graph.add(op::dequantize_linear, attributes(op::dequantize_linear, {}), {turned, scale, zero}, "back")};
  const auto meaning = float_meaning(graph);
  ASSERT_TRUE(meaning.ok()) << meaning.error().message();
  EXPECT_EQ(text(meaning->value(turned).type), "f32 [3,2]");
  EXPECT_EQ(meaning->node(meaning->value(stored).producer).op_name, "Identity");
}

// ONNX Runtime's quantiser leaves a ReLU out that stands before a type whose zero is its least integer.
TEST(FloatMeaning, KeepsTheReluThatATypeWithoutNegativesStandsFor) {
  for (const std::uint8_t least : {0, 3}) {
    Graph graph;
    const ValueId x = graph.add_input("x", Type(DType::f32, {3}));
    const ValueId scale = graph.add_constant("scale", Tensor::scalar(0.5F));
    const ValueId zero = graph.add_constant("zero", Tensor::scalar(least));
    const ValueId stored =
        graph.add(op::quantize_linear, attributes(op::quantize_linear, {}), {x, scale, zero}, "stored");
    graph.outputs = {
        graph.add(op::dequantize_linear, attributes(op::dequantize_linear, {}), {stored, scale, zero}, "back")};
    ASSERT_TRUE(infer_types(graph).ok());
    const auto meaning = float_meaning(graph);
    ASSERT_TRUE(meaning.ok()) << meaning.error().message();
    EXPECT_EQ(meaning->node(meaning->value(stored).producer).op_name, least == 0 ? "Relu" : "Identity");
    EXPECT_EQ(meaning->node(meaning->value(graph.outputs[0]).producer).op_name, "Identity");
  }
}

TEST(FloatMeaning, CutsNegativesWhereEachZeroIsTheLeastInteger) {
  const auto q = [](std::vector<std::int64_t> zeros) {
    Quantization out;
    out.bits = 8;
    out.scales.assign(zeros.size(), 0.5);
    out.zero_points = std::move(zeros);
    return out;
  };
  EXPECT_TRUE(cuts_negatives(q({0}), DType::u8));
  EXPECT_TRUE(cuts_negatives(q({-128, -128}), DType::i8));
  EXPECT_FALSE(cuts_negatives(q({-128, -127}), DType::i8));
  EXPECT_FALSE(cuts_negatives(q({0}), DType::i8));
  EXPECT_FALSE(cuts_negatives(q({std::numeric_limits<std::int32_t>::min()}), DType::i32));  // a bias, no range
}

TEST(FloatMeaning, OfAQuantisedConvolutionIsAConvolutionOfRealNumbers) {
  // One pixel, one channel in, two out: real x = 2 (14 - 10) = 8, weights 0.5 (3 - 1) and 0.25 (5 - 1), bias in units of
  // x_scale w_scale: 7 * 2 * 0.5 and 9 * 2 * 0.25.
  Graph graph;
  Type stored(DType::u8, {1, 1, 1, 1});
  const ValueId x = graph.add_input("x", stored);
  const auto number = [&](const char* name, float value) { return graph.add_constant(name, Tensor::scalar(value)); };
  const auto zero = [&](const char* name, std::uint8_t value) {
    return graph.add_constant(name, Tensor::scalar(value));
  };
  const ValueId w = graph.add_constant("w", Tensor::of<std::uint8_t>({2, 1, 1, 1}, {3, 5}));
  const ValueId w_scale = graph.add_constant("w_scale", Tensor::of<float>({2}, {0.5F, 0.25F}));
  const ValueId w_zero = graph.add_constant("w_zero", Tensor::of<std::uint8_t>({2}, {1, 1}));
  const ValueId bias = graph.add_constant("bias", Tensor::of<std::int32_t>({2}, {7, 9}));
  graph.outputs = {graph.add(
      op::q_linear_conv, attributes(op::q_linear_conv, {}),
      {x, number("x_scale", 2), zero("x_zero", 10), w, w_scale, w_zero, number("y_scale", 1), zero("y_zero", 0), bias},
      "y")};
  ASSERT_TRUE(infer_types(graph).ok());
  const auto meaning = float_meaning(graph);
  ASSERT_TRUE(meaning.ok()) << meaning.error().message();
  const auto executor = make_reference(*meaning);
  ASSERT_TRUE(executor.ok()) << executor.error().message();
  const auto result = (*executor)->run(std::vector<Tensor>{Tensor::of<float>({1, 1, 1, 1}, {8})}, {});
  ASSERT_TRUE(result.ok()) << result.error().message();
  EXPECT_TRUE(result->outputs[0].same_bits(Tensor::of<float>({1, 2, 1, 1}, {8 + 7, 8 + 4.5F})));
}

TEST(FloatMeaning, OfAQuantisedSumIsASumOfRealNumbers) {
  // 2 (14 - 10) + 0.5 (7 - 1) = 11.
  Graph graph;
  const ValueId a = graph.add_input("a", Type(DType::u8, {1}));
  const ValueId b = graph.add_constant("b", Tensor::of<std::uint8_t>({1}, {7}));
  const auto number = [&](const char* name, float value) { return graph.add_constant(name, Tensor::scalar(value)); };
  const auto zero = [&](const char* name, std::uint8_t value) {
    return graph.add_constant(name, Tensor::scalar(value));
  };
  graph.outputs = {graph.add(op::q_linear_add, {},
                             {a, number("a_scale", 2), zero("a_zero", 10), b, number("b_scale", 0.5F),
                              zero("b_zero", 1), number("y_scale", 1), zero("y_zero", 0)},
                             "y")};
  ASSERT_TRUE(infer_types(graph).ok());
  const auto meaning = float_meaning(graph);
  ASSERT_TRUE(meaning.ok()) << meaning.error().message();
  const auto executor = make_reference(*meaning);
  ASSERT_TRUE(executor.ok()) << executor.error().message();
  const auto result = (*executor)->run(std::vector<Tensor>{Tensor::of<float>({1}, {8})}, {});
  ASSERT_TRUE(result.ok()) << result.error().message();
  EXPECT_TRUE(result->outputs[0].same_bits(Tensor::of<float>({1}, {11})));
}

TEST(FloatMeaning, OfAQuantisedGemmScalesItsBiasAsItsProducts) {
  // alpha 0.5: 0.5 (2 (14 - 10)) (0.25 (5 - 1)) + 8 0.5 2 0.25 = 4 + 2.
  Graph graph;
  const ValueId a = graph.add_input("a", Type(DType::u8, {1, 1}));
  const ValueId b = graph.add_constant("b", Tensor::of<std::uint8_t>({1, 1}, {5}));
  const ValueId bias = graph.add_constant("bias", Tensor::of<std::int32_t>({1}, {8}));
  const auto number = [&](const char* name, float value) { return graph.add_constant(name, Tensor::scalar(value)); };
  const auto zero = [&](const char* name, std::uint8_t value) {
    return graph.add_constant(name, Tensor::scalar(value));
  };
  graph.outputs = {graph.add(op::q_gemm, attributes(op::q_gemm, {{"alpha", 0.5}}),
                             {a, number("a_scale", 2), zero("a_zero", 10), b, number("b_scale", 0.25F),
                              zero("b_zero", 1), bias, number("y_scale", 1), zero("y_zero", 0)},
                             "y")};
  ASSERT_TRUE(infer_types(graph).ok());
  const auto meaning = float_meaning(graph);
  ASSERT_TRUE(meaning.ok()) << meaning.error().message();
  const auto executor = make_reference(*meaning);
  ASSERT_TRUE(executor.ok()) << executor.error().message();
  const auto result = (*executor)->run(std::vector<Tensor>{Tensor::of<float>({1, 1}, {8})}, {});
  ASSERT_TRUE(result.ok()) << result.error().message();
  EXPECT_TRUE(result->outputs[0].same_bits(Tensor::of<float>({1, 1}, {6})));
}

TEST(FloatMeaning, LeavesAGraphOfFloatsAsItIs) {
  Graph graph;
  const ValueId x = graph.add_input("x", Type(DType::f32, {2, 3}));
  graph.outputs = {graph.add(op::transpose, attributes(op::transpose, {}), {x}, "turned")};
  ASSERT_TRUE(infer_types(graph).ok());
  const auto meaning = float_meaning(graph);
  ASSERT_TRUE(meaning.ok());
  EXPECT_EQ(structure_hash(*meaning), structure_hash(graph));
}

}  // namespace
}  // namespace dlas::study
