// The noise floor: half units and half steps as the types say, amplified as the network does.
#include "study/compare/noise.h"

#include <gtest/gtest.h>

#include <cmath>

#include "model/graph/infer.h"
#include "model/op/list_elementwise.h"
#include "model/op/list_nn.h"

namespace dlas::study {
namespace {

constexpr std::int64_t kMany = 4096;

Tensor ramp() {
  Tensor tensor = Tensor::make(DType::f32, {kMany});
  float x = 1;
  for (float& element : tensor.mutable_as<float>()) element = x += 0x1p-12F;  // 1 to 2
  return tensor;
}

AttributeSet plain_attributes(const Op& op) { return op.attributes->make({}).value(); }

Type plain() { return Type(DType::f32, {kMany}); }

Type quantised(double scale) {
  Type type(DType::i8, {kMany});
  auto q = std::make_shared<Quantization>();
  q->scales = {scale};
  q->zero_points = {0};
  type.quantization = q;
  return type;
}

double noise_of(const Graph& graph, const Tensor& input, ValueId value) {
  const auto noise = measure_noise(graph, {{input}}, std::vector<ValueId>{value});
  EXPECT_TRUE(noise.ok()) << noise.error().message();
  return noise.ok() ? (*noise)[0] : -1;
}

// A uniform error of half a unit at most has a deviation of unit / 2 / sqrt(3).
const double kUniform = 1 / std::sqrt(3.0);

TEST(Noise, OfOneFloatOperatorIsHalfAUnitForInputAndOutput) {
  Graph graph;
  const ValueId x = graph.add_input("x", plain());
  graph.outputs = {graph.add(op::neg, plain_attributes(op::neg), {x}, "y")};
  const double expected = 0x1p-24 * kUniform * std::sqrt(2.0);
  const double measured = noise_of(graph, ramp(), graph.outputs[0]);
  EXPECT_GT(measured, expected);  // a float moves by whole units, so by more than the draw or not at all
  EXPECT_LT(measured, 1.5 * expected);
}

TEST(Noise, GrowsWhereASubtractionCancels) {
  Graph graph;
  const ValueId x = graph.add_input("x", plain());
  const ValueId twice = graph.add(op::add, plain_attributes(op::add), {x, x}, "twice");
  const ValueId rest = graph.add(op::sub, plain_attributes(op::sub), {twice, x},
                                 "rest");  // x again, from two numbers twice and once its size
  const ValueId nothing = graph.add(op::sub, plain_attributes(op::sub), {rest, x}, "nothing");
  graph.outputs = {nothing};
  EXPECT_GT(noise_of(graph, ramp(), nothing), 1e-8);  // absolute, since the undisturbed value is 0
}

TEST(Noise, OfAQuantisedValueIsAUniformErrorInOneStep) {
  constexpr double kScale = 1.0 / 50;
  Graph graph;
  const ValueId x = graph.add_input("x", quantised(kScale));
  graph.outputs = {x};
  Tensor stored = Tensor::make(DType::i8, {kMany});
  for (std::int8_t& element : stored.mutable_as<std::int8_t>()) element = 100;  // stands for 2
  EXPECT_NEAR(noise_of(graph, stored, x) / (kScale / 2 * kUniform / 2), 1, 0.05);
}

TEST(Noise, CountsWhatTheRangeOfTheIntegersCutsOff) {
  Graph graph;
  const ValueId x = graph.add_input("x", plain());
  const ValueId scale = graph.add_constant("scale", Tensor::scalar(0.01F));
  const ValueId zero = graph.add_constant("zero", Tensor::scalar(std::int8_t{0}));
  const ValueId stored =
      graph.add(op::quantize_linear, plain_attributes(op::quantize_linear), {x, scale, zero}, "stored");
  const ValueId back =
      graph.add(op::dequantize_linear, plain_attributes(op::dequantize_linear), {stored, scale, zero}, "back");
  graph.outputs = {back};
  ASSERT_TRUE(infer_types(graph).ok());
  const double cut = noise_of(graph, ramp(), back);  // 1 to 2 become 1 to 1.27
  EXPECT_GT(cut, 0.2);
  EXPECT_LT(cut, 0.4);
}

TEST(Noise, IsTheSameEveryTime) {
  Graph graph;
  const ValueId x = graph.add_input("x", plain());
  graph.outputs = {graph.add(op::exp, plain_attributes(op::exp), {x}, "y")};
  EXPECT_EQ(noise_of(graph, ramp(), graph.outputs[0]), noise_of(graph, ramp(), graph.outputs[0]));
}

}  // namespace
}  // namespace dlas::study
