// Folding: shape arithmetic becomes constants, and sizes that the user fixes reach every type.
#include "model/executor/fold.h"

#include <gtest/gtest.h>

#include "base/limits.h"
#include "model/op/list_shape.h"

namespace dlas {
namespace {

AttributeSet attributes(const Op& op, const AttributeList& list) { return op.attributes->make(list).value(); }
Tensor list(std::vector<std::int64_t> values) { return Tensor::of_i64(values); }

// y = Reshape(x, Concat(Slice(Shape(x), 0, 1), [-1])): how exporters flatten.
Graph flattening(Type type) {
  Graph graph;
  const ValueId x = graph.add_input("x", std::move(type));
  const ValueId sizes = graph.add(op::shape, attributes(op::shape, {}), {x}, "sizes");
  const ValueId zero = graph.add_constant("zero", list({0})), one = graph.add_constant("one", list({1}));
  const ValueId batch = graph.add(op::slice, {}, {sizes, zero, one}, "first");
  const ValueId rest = graph.add_constant("rest", list({-1}));
  const ValueId wanted =
      graph.add(op::concat, attributes(op::concat, {{"axis", std::int64_t{0}}}), {batch, rest}, "wanted");
  graph.outputs = {graph.add(op::reshape, attributes(op::reshape, {}), {x, wanted}, "flat")};
  return graph;
}

TEST(Fold, ComputesShapeArithmeticOfFixedShapes) {
  Graph graph = flattening(Type(DType::f32, {2, 3, 4}));
  const auto status = fold_constants(graph);
  ASSERT_TRUE(status.ok()) << status.error().message();
  ASSERT_EQ(graph.nodes().size(), 1U);
  EXPECT_EQ(graph.nodes()[0].name, "flat");
  EXPECT_EQ(text(graph.value(graph.outputs[0]).type), "f32 [2,12]");
}

TEST(Fold, LeavesUnknownShapesAlone) {
  Graph graph = flattening(Type(DType::f32, {Dim::symbol("batch"), 3, 4}));
  ASSERT_TRUE(fold_constants(graph).ok());
  EXPECT_EQ(graph.nodes().size(), 4U);
  EXPECT_EQ(text(graph.value(graph.outputs[0]).type), "f32 [?,?]");
}

TEST(Fold, KeepsLargeResultsAsNodes) {
  Graph graph;
  const ValueId n = graph.add_constant("n", list({1025}));
  graph.outputs = {graph.add(op::constant_of_shape, attributes(op::constant_of_shape, {}), {n}, "zeros")};
  ASSERT_TRUE(fold_constants(graph).ok());
  EXPECT_EQ(graph.nodes().size(), 1U);
}

TEST(Fold, StopsAtItsBudget) {
  Graph graph = flattening(Type(DType::f32, {2, 3, 4}));
  const auto saved = limits().folded_bytes;
  limits().folded_bytes = 1;
  const auto status = fold_constants(graph);
  limits().folded_bytes = saved;
  ASSERT_TRUE(status.ok());
  EXPECT_EQ(graph.nodes().size(), 3U);  // Shape alone is folded
}

TEST(BindSizes, GivesNamesAndUnnamedBatchesTheirSize) {
  Graph named = flattening(Type(DType::f32, {Dim::symbol("batch"), 3, 4}));
  ASSERT_TRUE(bind_sizes(named, {{"batch", 5}}).ok());
  EXPECT_EQ(text(named.value(named.outputs[0]).type), "f32 [5,12]");
  Graph unnamed = flattening(Type(DType::f32, {Dim(), 3, 4}));
  ASSERT_TRUE(bind_sizes(unnamed, {{"*", 1}}).ok());
  EXPECT_EQ(text(unnamed.value(unnamed.outputs[0]).type), "f32 [1,12]");
}

TEST(BindSizes, RefusesANameThatNoSizeHas) {
  Graph graph = flattening(Type(DType::f32, {Dim::symbol("batch"), 3, 4}));
  EXPECT_EQ(bind_sizes(graph, {{"bacth", 5}}).error().message(),
            "expected the name of an unknown size, found 'bacth' (nearest: batch)");
  EXPECT_EQ(bind_sizes(graph, {{"batch", -5}}).error().message(),
            "expected a size of at least 0 for 'batch', found -5");
}

}  // namespace
}  // namespace dlas
