#include "model/graph/graph.h"

#include <gtest/gtest.h>

#include "model/graph/infer.h"
#include "model/graph/text_form.h"
#include "model/graph/verify.h"

namespace dlas {
namespace {

struct DoubleAttributes {
  std::int64_t times = 2;
  double scale = 1.5;
  std::optional<std::int64_t> axis;
  void fields(auto& f) {
    f("times", times);
    f("scale", scale);
    f("axis", axis);
  }
};

Result<Types> same_type(const Site&, const Types& in) { return Types{in[0]}; }
Status nothing(const Call&) { return {}; }
const Op kDouble{.name = "Double",
                 .inputs = "input other?",
                 .outputs = "output",
                 .attributes = &schema_of<DoubleAttributes>(),
                 .infer = same_type,
                 .run = nothing};
const Op* find_double(std::string_view name) { return name == "Double" ? &kDouble : nullptr; }

AttributeSet defaults() { return *schema_of<DoubleAttributes>().make({}); }

Graph chain(int length, const std::string& prefix = "n") {
  Graph g;
  ValueId v = g.add_input("x", {DType::f32, {Dim::symbol("batch"), 3}});
  for (int i = 0; i < length; ++i) v = g.add(kDouble, defaults(), {v}, prefix + std::to_string(i));
  g.outputs = {v};
  EXPECT_TRUE(infer_types(g).ok());
  return g;
}

TEST(Graph, GivesEveryValueANameOfItsOwn) {
  Graph g;
  const ValueId a = g.add_constant("w", Tensor::scalar(1.F));
  const ValueId b = g.add_constant("w", Tensor::scalar(2.F));
  EXPECT_EQ(g.value(a).name, "w");
  EXPECT_NE(g.value(b).name, "w");
  EXPECT_EQ(g.find("w"), a);
}

TEST(Graph, KeepsASymbolicBatchThroughInference) {
  const Graph g = chain(3);
  EXPECT_EQ(text(g.value(g.outputs[0]).type), "f32 [batch,3]");
}

TEST(Graph, NamesANodeOfACycle) {
  Graph g;
  Value v;
  v.name = "loop";
  const ValueId loop = g.add_value(v);
  const ValueId out = g.add(kDouble, defaults(), {loop}, "a");
  Node b;
  b.name = "b";
  b.op = &kDouble;
  b.op_name = "Double";
  b.attributes = defaults();
  b.inputs = {out};
  b.outputs = {loop};
  g.add_node(b);
  EXPECT_EQ(g.sort().error().message(),
            "node 'a' (Double): expected a graph without cycles, found a node that waits for itself");
}

TEST(Graph, SortsNodesThatStandInTheWrongOrder) {
  Graph g;
  const ValueId x = g.add_input("x", {DType::f32, {1}});
  Value v;
  v.name = "middle";
  const ValueId middle = g.add_value(v);
  const ValueId out = g.add(kDouble, defaults(), {middle}, "second");
  Node first;
  first.name = "first";
  first.op = &kDouble;
  first.op_name = "Double";
  first.attributes = defaults();
  first.inputs = {x};
  first.outputs = {middle};
  g.add_node(first);
  g.outputs = {out};
  EXPECT_FALSE(verify(g).ok());
  ASSERT_TRUE(g.sort().ok());
  EXPECT_TRUE(verify(g).ok());
  EXPECT_EQ(g.nodes()[0].name, "first");
}

TEST(Graph, PruneDropsWhatNoOutputNeeds) {
  Graph g = chain(2);
  g.add(kDouble, defaults(), {g.inputs[0]}, "unused");
  g.prune();
  EXPECT_EQ(g.nodes().size(), 2U);
  EXPECT_EQ(g.find("unused"), kNone);
  EXPECT_TRUE(verify(g).ok());
}

TEST(Graph, SubgraphTakesThePartBetweenCuts) {
  const Graph g = chain(4);
  const auto part = subgraph(g, {g.find("n0")}, {g.find("n2")});
  ASSERT_TRUE(part.ok());
  EXPECT_EQ(part->nodes().size(), 2U);
  EXPECT_TRUE(verify(*part).ok());
}

TEST(Graph, StructureHashIgnoresNamesAndSeesAttributes) {
  EXPECT_EQ(structure_hash(chain(3)), structure_hash(chain(3, "other")));
  EXPECT_NE(structure_hash(chain(3)), structure_hash(chain(4)));
  Graph g = chain(3);
  DoubleAttributes changed;
  changed.scale = 2;
  g.node(1).attributes = AttributeSet::of(changed);
  EXPECT_NE(structure_hash(g), structure_hash(chain(3)));
}

TEST(GraphText, ParsesBackToAnEqualGraph) {
  Graph g = chain(2);
  g.name = "odd \"name\"\n\x01";
  g.metadata["producer"] = "a test";
  auto q = std::make_shared<Quantization>();
  q->scales = {0.1};
  q->zero_points = {-3};
  const ValueId w = g.add_constant("w", Tensor::of<std::int8_t>({2}, {1, -2}));
  g.value(w).type.quantization = q;
  const std::string once = to_text(g);
  const auto back = parse_graph(once, find_double);
  ASSERT_TRUE(back.ok()) << back.error().message() << "\n" << once;
  EXPECT_EQ(to_text(*back), once);
  EXPECT_EQ(structure_hash(*back), structure_hash(g));
}

TEST(GraphText, SaysTheLineAndWhatWasExpected) {
  const auto back = parse_graph("graph \"g\"\ninput \"x\" f31 [1]\n", find_double);
  ASSERT_FALSE(back.ok());
  EXPECT_EQ(back.error().message(), "line 2: expected an element type, found 'f31'");
}

TEST(GraphText, RefusesEveryTruncation) {
  const std::string whole = to_text(chain(2));
  for (std::size_t n = 0; n < whole.size() - 1; ++n) {
    const auto part = parse_graph(std::string_view(whole).substr(0, n), find_double);
    EXPECT_FALSE(part.ok() && to_text(*part) == whole) << n;
  }
}

TEST(Attributes, RefuseUnknownNamesAndNameTheNearest) {
  const auto made = schema_of<DoubleAttributes>().make({{"scales", 1.0}});
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(
      made.error().message(),
      "attribute 'scales': expected an attribute of this operator, found another name (nearest: scale, axis, times)");
}

TEST(Attributes, RefuseAWrongKind) {
  const auto made = schema_of<DoubleAttributes>().make({{"times", 1.5}});
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(made.error().message(), "attribute 'times': expected an integer, found a float");
}

TEST(Verifier, RefusesAScaleThatIsNotPositive) {
  Graph g = chain(1);
  auto q = std::make_shared<Quantization>();
  q->scales = {0.0};
  q->zero_points = {0};
  g.value(g.inputs[0]).type.dtype = DType::i8;
  g.value(g.inputs[0]).type.quantization = q;
  EXPECT_EQ(verify(g).error().message(), "value 'x': expected finite positive scales, found 0");
}

TEST(Verifier, RefusesAZeroPointOutsideTheType) {
  Graph g = chain(1);
  auto q = std::make_shared<Quantization>();
  q->scales = {1.0};
  q->zero_points = {200};
  g.value(g.inputs[0]).type.dtype = DType::i8;
  g.value(g.inputs[0]).type.quantization = q;
  EXPECT_EQ(verify(g).error().message(), "value 'x': expected zero points of int8, found 200");
}

TEST(Verifier, RefusesAnOutputThatNothingComputes) {
  Graph g = chain(1);
  Value v;
  v.name = "ghost";
  g.outputs.push_back(g.add_value(v));
  EXPECT_EQ(verify(g).error().message(), "value 'ghost': expected an output that something computes, found nothing");
}

}  // namespace
}  // namespace dlas
