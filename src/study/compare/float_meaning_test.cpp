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
