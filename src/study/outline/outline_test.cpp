#include "study/outline/outline.h"

#include <gmock/gmock.h>

#include <limits>

#include "model/graph/infer.h"
#include "model/op/list.h"

namespace dlas::study {
namespace {

using testing::ElementsAre;

// One node of an operator with its default attributes.
ValueId add(Graph& graph, std::string_view op, std::vector<ValueId> in, std::string name) {
  const Op& found = *op::find_op(op);
  auto attributes = found.attributes->make({});
  EXPECT_TRUE(attributes.ok());
  return graph.add(found, *std::move(attributes), std::move(in), std::move(name));
}

// x [batch,2] -> MatMul with w [2,3] -> Add b -> Relu -> y; and an input that nothing reads.
Graph small_graph() {
  Graph graph;
  const ValueId x = graph.add_input("x", Type(DType::f32, {Dim::symbol("batch"), 2}));
  graph.add_input("idle", Type(DType::f32, {1}));
  const float inf = std::numeric_limits<float>::infinity(), nan = std::numeric_limits<float>::quiet_NaN();
  const ValueId w =
      graph.add_constant("w", Tensor::of<float>({2, 3}, {1, -4, 0, nan, inf, 7}), {"m.bin", "w", 100, 24});
  const ValueId b = graph.add_constant("b", Tensor::of<float>({3}, {0, 0, 2}), {"m.bin", "b", 40, 12});
  const ValueId product = add(graph, "MatMul", {x, w}, "product");
  const ValueId sum = add(graph, "Add", {product, b}, "sum");
  graph.outputs = {add(graph, "Relu", {sum}, "y")};
  return graph;
}

TEST(Outline, TakesUnknownSizesAsOneAndSaysSo) {
  const Outline outline = study::outline(small_graph());
  EXPECT_THAT(outline.taken_as_one, ElementsAre("batch"));
  EXPECT_EQ(outline.totals.macs, 6U);
  EXPECT_EQ(outline.totals.parameters, 9U);
  EXPECT_EQ(outline.uncounted, 0);
}

TEST(Outline, GivesEachLayerItsWork) {
  const Outline outline = study::outline(small_graph());
  ASSERT_EQ(outline.layers.size(), 3U);
  EXPECT_EQ(outline.layers[0].macs, 6U);
  EXPECT_EQ(outline.layers[0].parameters, 6U);
  EXPECT_EQ(outline.layers[1].parameters, 3U);
  EXPECT_EQ(outline.layers[2].output_bytes, 12U);
}

TEST(Outline, CountsWeightsThatTheGraphComputesAsParameters) {
  Graph graph;
  const ValueId x = graph.add_input("x", Type(DType::f32, {1, 2}));
  const ValueId shape = graph.add_constant("shape", Tensor::of_i64(std::vector<std::int64_t>{2, 3}));
  const ValueId w = add(graph, "ConstantOfShape", {shape}, "w");
  graph.outputs = {add(graph, "MatMul", {x, w}, "y")};
  ASSERT_TRUE(infer_types(graph).ok());
  const Outline outline = study::outline(graph);
  EXPECT_EQ(outline.totals.parameters, 6U);
  EXPECT_EQ(outline.totals.peak_activation_bytes, 8U + 12U);  // x and y
  EXPECT_EQ(outline.layers[1].parameters, 6U);
}

TEST(Outline, KnowsWhereTheWeightsLie) {
  const Outline outline = study::outline(small_graph());
  ASSERT_EQ(outline.weights.size(), 1U);
  EXPECT_EQ(outline.weights[0].path, "m.bin");
  EXPECT_EQ(outline.weights[0].tensors, 2);
  EXPECT_EQ(outline.weights[0].first, 40U);
  EXPECT_EQ(outline.weights[0].last, 124U);
}

TEST(Outline, PutsWhatStopsARunFirst) {
  Graph graph = small_graph();
  graph.notes = {{Severity::info, "a", "one"}, {Severity::not_executable, "b", "two"}};
  const Outline outline = study::outline(graph);
  ASSERT_EQ(outline.faults.size(), 3U);
  EXPECT_EQ(outline.faults[0].text, "two");
  EXPECT_EQ(outline.faults[1].text, "input 'idle' is read by no node");
  EXPECT_EQ(outline.faults[2].text, "one");
}

TEST(Outline, CountsAnUnknownOperatorAndLeavesItsWorkOut) {
  Graph graph = small_graph();
  Node node;
  node.name = "odd";
  node.op_name = "Wobble";
  node.inputs = {graph.outputs[0]};
  Value value;
  value.name = "z";
  node.outputs = {graph.add_value(value)};
  graph.outputs = node.outputs;
  graph.add_node(node);
  const Outline outline = study::outline(graph);
  EXPECT_THAT(outline.unknown, ElementsAre("Wobble"));
  EXPECT_EQ(outline.operators.at("Wobble"), 1);
  EXPECT_EQ(outline.uncounted, 1);
  EXPECT_FALSE(outline.layers[3].known);
}

TEST(WeightRanges, LeaveNanAndInfinityOutOfTheRange) {
  const auto ranges = weight_ranges(small_graph());
  ASSERT_EQ(ranges.size(), 2U);
  EXPECT_EQ(ranges[0].name, "w");
  EXPECT_EQ(ranges[0].nans, 1);
  EXPECT_EQ(ranges[0].infinities, 1);
  EXPECT_EQ(ranges[0].zeros, 1);
  EXPECT_EQ(ranges[0].least, -4);
  EXPECT_EQ(ranges[0].largest, 7);
  EXPECT_EQ(ranges[0].mean, 1);
}

}  // namespace
}  // namespace dlas::study
