// The twelve defects of the published fault localiser and repairer (docs/localize.md names it), as promises of ours. Those about edits
// that are tried and rejected are held by study/repair; here are the ones that concern what is matched, measured and told.
#include <gtest/gtest.h>

#include <algorithm>

#include "model/op/list.h"
#include "study/localize/align/match.h"
#include "study/localize/net_testing.h"

namespace dlas::study::localize {
namespace {

using Ints = std::vector<std::int64_t>;

// Three convolutions of one shape whose weights are small, as in wide layers.
Graph equal_layers(bool scaled) {
  NetBuilder n(4);
  ValueId x = n.input({1, 4, 9, 7});
  for (const char* name : {"first", "second", "third"}) {
    Tensor w = n.random({4, 4, 3, 3}, 0.03);
    if (scaled && name == std::string("second"))
      for (float& v : w.mutable_as<float>()) v *= 1.5F;
    const ValueId weight = n.graph.add_constant(std::string(name) + "/w", w);
    x = n.op("Conv", {x, weight}, name, {{"pads", Ints{1, 1, 1, 1}}});
  }
  return n.done({x});
}

Matching matching_of(const Graph& a, const Graph& b) {
  const Flow one = flow_of(a), two = flow_of(b);
  return match(a, one, b, two).value();
}

TEST(PublishedDefect, OneEqualShapesWithSmallWeightsAreNotTakenForEachOther) {
  const Graph a = equal_layers(false), b = twin_of(a);
  const Matching m = matching_of(a, a);
  for (const Matched& pair : m.pairs) EXPECT_EQ(pair.a, pair.b);
  const auto result = localized(a, b);
  ASSERT_TRUE(result.ok());
  EXPECT_TRUE(result->findings.empty()) << told(*result);
}

TEST(PublishedDefect, TwoMeasuringLeavesBothModelsAsTheyWere) {
  const Graph a = equal_layers(false), b = equal_layers(true);
  const Hash before_a = structure_hash(a), before_b = structure_hash(b);
  ASSERT_TRUE(localized(a, b).ok());
  EXPECT_EQ(structure_hash(a), before_a);
  EXPECT_EQ(structure_hash(b), before_b);
}

TEST(PublishedDefect, ThreeALargeWeightFaultUnderAnotherNameIsSeen) {
  const auto result = localized(equal_layers(false), twin_of(equal_layers(true)));
  ASSERT_TRUE(result.ok()) << result.error().message();
  ASSERT_EQ(result->findings.size(), 1U) << told(*result);
  EXPECT_EQ(first_target(*result), "second");
}

TEST(PublishedDefect, ThreeABiasThatAppearsThroughFoldingBreaksNoMatch) {
  NetBuilder n(6);
  const ValueId x = n.conv(n.input({1, 3, 9, 7}), 3, 5, 3, "conv", {}, false);
  const Graph net = n.done({n.op("Relu", {n.batch_norm(x, 5, "norm")}, "act")});
  const Graph twin = twin_of(net);
  EXPECT_TRUE(std::ranges::any_of(twin.nodes(),
                                  [](const Node& node) { return node.op_name == "Conv" && node.inputs.size() == 3; }));
  const auto result = localized(net, twin);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->alike, 1);
  EXPECT_TRUE(result->findings.empty()) << told(*result);
}

TEST(PublishedDefect, FourAnAttributeThatIsAbsentIsItsDefault) {
  NetBuilder a, b;
  for (NetBuilder* n : {&a, &b}) {
    const ValueId x = n->input({1, 3, 9, 7});
    AttributeList list;
    if (n == &a)
      list = {
          {"group", std::int64_t{1}}, {"pads", Ints{0, 0, 0, 0}}, {"strides", Ints{1, 1}}, {"dilations", Ints{1, 1}}};
    n->done({n->op("Relu", {n->conv(x, 3, 4, 3, "conv", list)}, "act")});
  }
  const auto result = localized(a.graph, b.graph);
  ASSERT_TRUE(result.ok());
  EXPECT_TRUE(result->findings.empty()) << told(*result);
}

TEST(PublishedDefect, FourStridesAndGroupsAreCompared) {
  NetBuilder a, b;
  const Tensor w = NetBuilder(8).random({8, 4, 3, 3}, 0.3);  // fits two groups of 4 channels
  for (NetBuilder* n : {&a, &b}) {
    const ValueId x = n->conv(n->input({1, 3, 9, 9}), 3, 8, 1, "first");
    const Ints strides = n == &a ? Ints{1, 2} : Ints{2, 1};
    const ValueId y = n->op("Conv", {x, n->graph.add_constant("w", w)}, "grouped",
                            {{"group", std::int64_t{2}}, {"strides", strides}});
    n->done({n->op("Relu", {y}, "act")});
  }
  const auto result = localized(a.graph, b.graph);
  ASSERT_TRUE(result.ok()) << result.error().message();
  ASSERT_FALSE(result->findings.empty());
  EXPECT_EQ(first_target(*result), "grouped");
  EXPECT_EQ(result->findings[0].diagnosis, "strides is [2,1] where the source has [1,2]") << told(*result);
}

TEST(PublishedDefect, FiveAxesOfSquareMapsAreReadAsChannelsMoved) {
  NetBuilder n(2);
  const ValueId x =
      n.conv(n.input({1, 3, 8, 8}), 3, 8, 3, "conv", {{"pads", Ints{1, 1, 1, 1}}});  // [1,8,8,8]: any order fits
  const Graph net = n.done({n.conv(n.op("Relu", {x}, "act"), 8, 4, 3, "last")});
  const auto result = localized(net, twin_of(net));
  ASSERT_TRUE(result.ok()) << result.error().message();
  EXPECT_TRUE(result->findings.empty()) << told(*result);
  EXPECT_TRUE(std::ranges::any_of(result->places, [](const auto& p) { return p.layout == "0,3,1,2"; }));
  EXPECT_TRUE(std::ranges::none_of(result->places, [](const auto& p) { return p.layout == "0,3,2,1"; }));
}

TEST(PublishedDefect, SixAndEightTheMeasureIsADistanceNotARankOfLabels) {
  // A fault that hits all images alike is as plain as any.
  const Graph net = small_net();
  const auto result = localized(net, changed(net, "logits", [](Graph& g, Node& node) {
                                  Tensor bias = g.value(node.inputs[2]).constant.clone();
                                  for (float& b : bias.mutable_as<float>()) b += 0.5F;  // every label keeps its rank
                                  node.inputs[2] = g.add_constant("shifted", bias);
                                }));
  ASSERT_TRUE(result.ok());
  ASSERT_EQ(result->findings.size(), 1U);
  EXPECT_EQ(first_target(*result), "logits");
}

TEST(PublishedDefect, SevenAndEightWhatPropagatesIsNoFinding) {
  const Graph net = small_net();
  const auto result = localized(net, changed(net, "stem", [](Graph& g, Node& node) {
                                  Tensor w = g.value(node.inputs[1]).constant.clone();
                                  for (float& x : w.mutable_as<float>()) x *= 1.5F;
                                  node.inputs[1] = g.add_constant("scaled", w);
                                }));
  ASSERT_TRUE(result.ok());
  ASSERT_EQ(result->findings.size(), 1U) << told(*result);
  EXPECT_EQ(first_target(*result), "stem");
  const auto carried = std::ranges::count_if(result->places, [](const auto& p) { return p.free_error > 0.01; });
  EXPECT_GT(carried, 5);  // the error is all over the running target
}

TEST(PublishedDefect, NineTwoFaultsThatHideEachOtherAreBothSeen) {
  // A layer twice as large and the next half as large: the answers are right.
  NetBuilder n(9);
  ValueId x = n.conv(n.input({1, 3, 9, 7}), 3, 5, 3, "one", {}, false);
  const Graph net = n.done({n.conv(n.op("Relu", {x}, "act"), 5, 4, 3, "two", {}, false)});
  const auto scaled = [](float by) {
    return [by](Graph& g, Node& node) {
      Tensor w = g.value(node.inputs[1]).constant.clone();
      for (float& v : w.mutable_as<float>()) v *= by;
      node.inputs[1] = g.add_constant("scaled", w);
    };
  };
  const auto result = localized(net, changed(changed(net, "one", scaled(2)), "two", scaled(0.5)));
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->findings.size(), 2U) << told(*result);
  EXPECT_LT(result->output_error, 1e-5);
}

TEST(PublishedDefect, TenAnyTaskAndAnyNumberOfOutputs) {
  NetBuilder n(9);
  const ValueId x = n.conv(n.input({1, 3, 9, 7}), 3, 5, 3, "one");
  const ValueId y = n.conv(n.op("Relu", {x}, "act"), 5, 4, 3, "two");
  const Graph net = n.done({x, y});
  const auto result = localized(net, changed(net, "two", [](Graph&, Node& node) { node.inputs.pop_back(); }));
  ASSERT_TRUE(result.ok()) << result.error().message();
  ASSERT_EQ(result->findings.size(), 1U) << told(*result);
  EXPECT_EQ(first_target(*result), "two");
}

}  // namespace
}  // namespace dlas::study::localize
