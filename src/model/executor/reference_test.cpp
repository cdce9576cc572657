// The reference interpreter: what it computes, keeps and refuses.
#include "model/executor/reference.h"

#include <gtest/gtest.h>

#include "base/limits.h"
#include "model/op/list_elementwise.h"
#include "model/op/list_shape.h"

namespace dlas {
namespace {

Tensor f32(Shape shape, std::vector<float> values) {
  return Tensor::of<float>(std::move(shape), std::span<const float>(values));
}

AttributeSet attributes(const Op& op, const AttributeList& list) { return op.attributes->make(list).value(); }

// x [batch,2] -> Transpose -> Concat with itself, and a constant that is tiled.
struct Small {
  Graph graph;
  ValueId turned, both, tiled;
  Small() {
    const ValueId x = graph.add_input("x", Type(DType::f32, {Dim::symbol("batch"), 2}));
    turned = graph.add(op::transpose, attributes(op::transpose, {}), {x}, "turned");
    both = graph.add(op::concat, attributes(op::concat, {{"axis", std::int64_t{0}}}), {turned, turned}, "both");
    const ValueId c = graph.add_constant("c", f32({1}, {5}));
    const ValueId n = graph.add_constant("n", Tensor::of_i64(std::vector<std::int64_t>{2}));
    tiled = graph.add(op::tile, {}, {c, n}, "tiled");
    graph.outputs = {both, tiled};
  }
};

TEST(Reference, ComputesOutputsAndKeepsValues) {
  const Small small;
  const auto executor = make_reference(small.graph);
  ASSERT_TRUE(executor.ok()) << executor.error().message();
  const std::vector<Tensor> in = {f32({1, 2}, {1, 2})};
  const std::vector<ValueId> keep = {small.turned};
  const auto result = (*executor)->run(in, keep);
  ASSERT_TRUE(result.ok()) << result.error().message();
  EXPECT_TRUE(result->outputs[0].same_bits(f32({4, 1}, {1, 2, 1, 2})));
  EXPECT_TRUE(result->outputs[1].same_bits(f32({2}, {5, 5})));
  EXPECT_TRUE(result->kept[0].same_bits(f32({2, 1}, {1, 2})));
}

TEST(Reference, RefusesInputsOfAnotherType) {
  const Small small;
  const auto executor = make_reference(small.graph);
  ASSERT_TRUE(executor.ok());
  const std::vector<Tensor> wide = {f32({1, 3}, {1, 2, 3})};
  EXPECT_EQ((*executor)->run(wide, {}).error().message(), "input 'x': expected f32 [batch,2], found f32 [1,3]");
  EXPECT_EQ((*executor)->run({}, {}).error().message(), "expected 1 inputs, found 0");
}

TEST(Reference, HoldsASymbolToOneSize) {
  Graph graph;
  const Type type(DType::f32, {Dim::symbol("batch")});
  graph.outputs = {graph.add_input("a", type), graph.add_input("b", type)};
  const std::vector<Tensor> in = {f32({1}, {1}), f32({2}, {1, 2})};
  EXPECT_EQ(check_inputs(graph, in).error().message(), "input 'b': expected f32 [batch], found f32 [2]");
}

TEST(Reference, RefusesAnInputWithoutAType) {
  Graph graph;
  graph.outputs = {graph.add(op::identity, {}, {graph.add_input("words", Type())}, "y")};
  EXPECT_EQ(make_reference(graph).error().message(),
            "input 'words': expected a tensor of numbers, found an input of another type");
}

TEST(Reference, ListsAllUnknownOperators) {
  Graph graph;
  ValueId v = graph.add_input("x", Type(DType::f32, {1}));
  for (const char* name : {"Foo", "Bar", "Foo"}) {
    Value value;
    value.name = name;
    const ValueId out = graph.add_value(value);
    Node node;
    node.name = std::string("n") + std::to_string(out);
    node.op_name = name;
    node.inputs = {v};
    node.outputs = {out};
    graph.add_node(node);
    v = out;
  }
  graph.outputs = {v};
  EXPECT_EQ(make_reference(graph).error().message(),
            "node 'n1' (Foo): expected operators that dlas computes, found Bar (1), Foo (2)");
}

TEST(Reference, NamesTheNodeWhenContentsAreWrong) {
  Graph graph;
  const ValueId data = graph.add_constant("data", f32({2}, {1, 2}));
  const ValueId index = graph.add_input("index", Type(DType::i64, {1}));
  graph.outputs = {graph.add(op::gather, attributes(op::gather, {}), {data, index}, "pick")};
  const auto executor = make_reference(graph);
  ASSERT_TRUE(executor.ok());
  const std::vector<Tensor> in = {Tensor::of_i64(std::vector<std::int64_t>{2})};
  EXPECT_EQ((*executor)->run(in, {}).error().message(),
            "node 'pick' (Gather), input 1 'indices': expected indices of 2, found 2");
}

TEST(Reference, KeepsFourBitElementsPacked) {
  Graph graph;
  const ValueId x = graph.add_input("x", Type(DType::i4, {1, 3}));
  graph.outputs = {graph.add(op::transpose, attributes(op::transpose, {}), {x}, "turned")};
  const auto executor = make_reference(graph);
  ASSERT_TRUE(executor.ok());
  const Tensor in = Tensor::of<std::int8_t>({1, 3}, {-8, 7, -1}).packed(DType::i4);
  const auto result = (*executor)->run(std::vector<Tensor>{in}, {});
  ASSERT_TRUE(result.ok()) << result.error().message();
  EXPECT_EQ(result->outputs[0].dtype(), DType::i4);
  EXPECT_EQ(result->outputs[0].integers(), (std::vector<std::int64_t>{-8, 7, -1}));
}

TEST(Reference, StopsAtTheBudgetOfLiveBytes) {
  Graph graph;
  const ValueId x = graph.add_input("x", Type(DType::f32, {4}));
  const ValueId n = graph.add_input("n", Type(DType::i64, {1}));
  graph.outputs = {graph.add(op::tile, {}, {x, n}, "tiled")};
  const auto executor = make_reference(graph);
  ASSERT_TRUE(executor.ok());
  const auto saved = limits().live_bytes;
  limits().live_bytes = 1000;
  const std::vector<Tensor> in = {f32({4}, {1, 2, 3, 4}), Tensor::of_i64(std::vector<std::int64_t>{100})};
  const auto result = (*executor)->run(in, {});
  limits().live_bytes = saved;
  EXPECT_EQ(result.error().message(),
            "node 'tiled' (Tile): expected at most 1000 bytes of tensors at once, found 1600");
}

TEST(Reference, MakesOutputsWhoseSizesDependOnTheData) {
  Graph graph;
  const ValueId x = graph.add_input("x", Type(DType::f32, {Dim()}));
  graph.outputs = {graph.add(op::non_zero, {}, {x}, "places")};
  const auto executor = make_reference(graph);
  ASSERT_TRUE(executor.ok());
  const auto result = (*executor)->run(std::vector<Tensor>{f32({3}, {1, 0, 2})}, {});
  ASSERT_TRUE(result.ok()) << result.error().message();
  EXPECT_TRUE(result->outputs[0].same_bits(Tensor::of<std::int64_t>({1, 2}, {0, 2})));
}

}  // namespace
}  // namespace dlas
