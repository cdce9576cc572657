// One fault in a converted network, of each kind that converters make: it is named first, with the right node and the right diagnosis.
// The target has another layout, other names of values and folded batch normalisation.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "model/op/list.h"
#include "study/localize/net_testing.h"
#include "study/repair/apply.h"

namespace dlas::study::localize {
namespace {

using Ints = std::vector<std::int64_t>;
using Change = std::function<void(Graph&, Node&)>;

void set(Node& node, AttributeList list) {
  AttributeList all = node.attributes.list();
  for (const NamedAttribute& one : list) {
    const auto same = std::ranges::find(all, one.name, &NamedAttribute::name);
    if (same == all.end()) all.push_back(one);
    else same->value = one.value;
  }
  node.attributes = node.op->attributes->make(all).value();
}

void become(Node& node, const char* op, AttributeList attributes) {
  node.op = dlas::op::find_op(op);
  node.op_name = op;
  node.attributes = node.op->attributes->make(attributes).value();
}

// Replaces the constant in a slot by what `f` makes of its elements.
Change constant(std::size_t slot, std::function<void(std::span<float>, const Shape&)> f) {
  return [slot, f](Graph& graph, Node& node) {
    Tensor tensor = graph.value(node.inputs[slot]).constant.clone();
    f(tensor.mutable_as<float>(), Shape(tensor.shape()));
    node.inputs[slot] = graph.add_constant("changed", tensor);
  };
}

// Readers of the node's output read its first input instead.
Graph without(const Graph& net, const std::string& node) {
  Graph out = net;
  for (const Node& n : net.nodes()) {
    if (n.name != node) continue;
    for (std::size_t i = 0; i < out.nodes().size(); ++i)
      std::ranges::replace(out.node(static_cast<NodeId>(i)).inputs, n.outputs[0], n.inputs[0]);
    std::ranges::replace(out.outputs, n.outputs[0], n.inputs[0]);
  }
  out.prune();
  return out;
}

struct Fault {
  const char* name;
  const char* node;      // that is broken
  const char* expected;  // in the diagnosis
  const char* category;
  Change change;  // none: the node is left out
};

void PrintTo(const Fault& fault, std::ostream* out) { *out << fault.name; }

class OneFault : public testing::TestWithParam<Fault> {
 protected:
  static Graph broken(const Graph& net) {
    return GetParam().change ? changed(net, GetParam().node, GetParam().change) : without(net, GetParam().node);
  }
  static void expect_found(const Localization& result) {
    const Fault& fault = GetParam();
    ASSERT_FALSE(result.findings.empty());
    const Finding& first = result.findings[0];
    EXPECT_EQ(result.findings.size(), 1U) << told(result);
    EXPECT_NE(first.diagnosis.find(fault.expected), std::string::npos) << told(result);
    EXPECT_EQ(text(first.category), fault.category) << told(result);
    EXPECT_TRUE(first.confirmed) << told(result);
    const auto has = [&](const std::vector<NodeName>& nodes) {
      return std::ranges::find(nodes, std::string(fault.node), &NodeName::name) != nodes.end();
    };
    EXPECT_TRUE(has(first.target_nodes) || has(first.source_nodes)) << told(result);
  }
};

TEST_P(OneFault, OfTheTargetIsNamed) {
  const Graph net = small_net();
  const auto result = localized(net, twin_of(broken(net)));
  ASSERT_TRUE(result.ok()) << result.error().message();
  expect_found(*result);
}

TEST_P(OneFault, IsGoneAfterTheProposedEdits) {
  const Graph net = small_net(), target = twin_of(broken(net));
  const auto result = localized(net, target);
  ASSERT_TRUE(result.ok()) << result.error().message();
  ASSERT_FALSE(result->findings.empty());
  ASSERT_FALSE(result->findings[0].proposals.empty()) << told(*result);
  const auto mended = apply_edits(target, result->findings[0].proposals);
  ASSERT_TRUE(mended.ok()) << mended.error().message();
  const auto again = localized(net, mended->graph);
  ASSERT_TRUE(again.ok()) << again.error().message();
  EXPECT_TRUE(again->findings.empty()) << told(*again);
  EXPECT_LT(again->output_error, 1e-4);
}

TEST_P(OneFault, IsNamedWhereTheSourceHasTheOtherLayout) {
  const Graph net = small_net(5);
  const auto result = localized(twin_of(net), broken(net));
  ASSERT_TRUE(result.ok()) << result.error().message();
  expect_found(*result);
}

void swap_halves(std::span<float> w, const Shape&) { std::rotate(w.begin(), w.begin() + std::ssize(w) / 2, w.end()); }

INSTANTIATE_TEST_SUITE_P(
    Faults, OneFault,
    testing::Values(Fault{"weights_scaled", "left", "1.5 times", "weights and biases",
                          constant(1,
                                   [](std::span<float> w, const Shape&) {
                                     for (float& x : w) x *= 1.5F;
                                   })},
                    Fault{"channels_exchanged", "right", "another order of output channels", "weights and biases",
                          constant(1, swap_halves)},
                    Fault{"kernel_flipped", "right", "weights are", "weights and biases",
                          constant(1,
                                   [](std::span<float> w, const Shape& shape) {
                                     const auto places = static_cast<std::ptrdiff_t>(shape[2] * shape[3]);
                                     for (auto at = w.begin(); at != w.end(); at += places)
                                       std::reverse(at, at + places);
                                   })},
                    Fault{"bias_lost", "pointwise", "the bias is lost", "weights and biases",
                          constant(2, [](std::span<float> b, const Shape&) { std::ranges::fill(b, 0.0F); })},
                    Fault{"weights_rounded", "logits", "weights are off by", "weights and biases",
                          constant(1,
                                   [](std::span<float> w, const Shape&) {
                                     for (float& x : w) x = std::round(x * 50) / 50;
                                   })},
                    Fault{"pads_on_the_other_side", "depthwise", "pads is [1,1,0,0] where the source has [0,0,1,1]",
                          "layer hyperparameters", [](Graph&, Node& n) { set(n, {{"pads", Ints{1, 1, 0, 0}}}); }},
                    Fault{"dilated", "right", "dilations", "layer hyperparameters",
                          [](Graph&, Node& n) { set(n, {{"dilations", Ints{2, 2}}, {"pads", Ints{2, 2, 2, 2}}}); }},
                    Fault{"slope", "pointwise_act", "alpha is 0.3 where the source has 0.1", "layer hyperparameters",
                          [](Graph&, Node& n) { set(n, {{"alpha", 0.3}}); }},
                    Fault{"another_activation", "left_act", "LeakyRelu stands where the source has Relu",
                          "computational graph", [](Graph&, Node& n) { become(n, "LeakyRelu", {{"alpha", 0.2}}); }},
                    Fault{"another_pool", "pool", "AveragePool stands where the source has MaxPool",
                          "computational graph",
                          [](Graph&, Node& n) {
                            become(n, "AveragePool", {{"kernel_shape", Ints{2, 2}}, {"strides", Ints{2, 2}}});
                          }},
                    Fault{"activation_lost", "join_act", "the Relu behind this Add is lost", "computational graph", {}},
                    Fault{"addition_lost", "join", "the Add behind this Conv is lost", "computational graph", {}},
                    Fault{"epsilon", "left", "epsilon 0.5 where the source has 1e-05", "layer hyperparameters",
                          [](Graph& g, Node&) {
                            for (std::size_t i = 0; i < g.nodes().size(); ++i)
                              if (Node& norm = g.node(static_cast<NodeId>(i)); norm.name == "left_norm")
                                set(norm, {{"epsilon", 0.5}});
                          }},
                    Fault{"wrong_operand", "join", "it reads", "computational graph",
                          [](Graph& g, Node& n) { n.inputs[1] = g.find("left_act"); }}),
    [](const auto& one) { return std::string(one.param.name); });

TEST(Faults, OfNormalisationLeftOutIsSeenAtItsConvolution) {
  const Graph net = small_net();
  const auto result = localized(net, twin_of(without(net, "left_norm")));
  ASSERT_TRUE(result.ok()) << result.error().message();
  ASSERT_EQ(result->findings.size(), 1U) << told(*result);
  EXPECT_EQ(first_target(*result), "left");
  EXPECT_EQ(result->findings[0].category, Category::weights) << told(*result);
}

TEST(Faults, OfAStrideAreToldWithWhatMakesUpForIt) {
  const Graph net = small_net();
  Graph broken = net;
  for (std::size_t i = 0; i < broken.nodes().size(); ++i) {
    Node& node = broken.node(static_cast<NodeId>(i));
    if (node.name == "depthwise") set(node, {{"strides", Ints{1, 1}}});
    if (node.name == "pool") set(node, {{"strides", Ints{4, 5}}});  // so that the dense layer fits
  }
  broken = changed(broken, "join", [](Graph&, Node&) {});  // sizes anew
  const auto result = localized(net, twin_of(broken));
  ASSERT_TRUE(result.ok()) << result.error().message();
  ASSERT_EQ(result->findings.size(), 2U) << told(*result);
  EXPECT_EQ(first_target(*result), "depthwise");
  EXPECT_EQ(result->findings[0].diagnosis, "strides is [1,1] where the source has [2,2]") << told(*result);
  EXPECT_EQ(result->findings[1].target_nodes[0].name, "pool");
  EXPECT_TRUE(result->findings[0].confirmed && result->findings[1].confirmed) << told(*result);
}

TEST(Faults, ManyAtOnceAreToldApart) {
  const Graph net = small_net();
  Graph two = changed(net, "left", constant(1, [](std::span<float> w, const Shape&) {
                        for (float& x : w) x *= 1.5F;
                      }));
  two = changed(two, "right", constant(2, [](std::span<float> b, const Shape&) { std::ranges::fill(b, 0.0F); }));
  two = changed(two, "depthwise", [](Graph&, Node& n) { set(n, {{"pads", Ints{1, 1, 0, 0}}}); });
  const auto result = localized(net, twin_of(two));
  ASSERT_TRUE(result.ok()) << result.error().message();
  std::vector<std::string> nodes;
  for (const Finding& f : result->findings) nodes.push_back(f.target_nodes[0].name);
  std::ranges::sort(nodes);
  EXPECT_EQ(nodes, (std::vector<std::string>{"depthwise", "left", "right"})) << told(*result);
}

TEST(Faults, OfAFlattenedPictureWithItsChannelsElsewhere) {
  const Graph net = small_net();
  Graph twin = twin_of(net);
  std::string turned;  // the Transpose before Flatten
  for (const Node& node : twin.nodes())
    if (node.op_name == "Transpose") turned = node.name;
  ASSERT_FALSE(turned.empty());
  const auto result = localized(net, without(twin, turned));
  ASSERT_TRUE(result.ok()) << result.error().message();
  ASSERT_EQ(result->findings.size(), 1U) << told(*result);
  EXPECT_EQ(first_target(*result), "logits");
  EXPECT_EQ(result->findings[0].rule, "flatten order") << told(*result);
  EXPECT_TRUE(result->findings[0].confirmed);
}

TEST(Faults, OfAnotherModelAreNoFindings) {
  const auto result = localized(small_net(1), small_net(100));
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().message(), "these two do not compute the same function: 0 of 6 parameters match");
}

TEST(Faults, OfExtraOutputsAreTold) {
  Graph net = small_net(), more = twin_of(net);
  more.outputs.push_back(more.nodes()[2].outputs[0]);
  const auto result = localized(net, more);
  ASSERT_TRUE(result.ok()) << result.error().message();
  ASSERT_EQ(result->findings.size(), 1U) << told(*result);
  EXPECT_EQ(result->findings[0].diagnosis, "it has 2 outputs where the source has 1");
}

TEST(Faults, OfAClassMoreTellWhichLabelsAreShifted) {
  NetBuilder a, b;
  const Tensor w = NetBuilder(5).random({8, 12}, 0.4), bias = NetBuilder(6).random({8}, 0.4);
  const auto rows = [](const Tensor& t, std::int64_t row) {  // with a class before the others
    std::vector<float> out(static_cast<std::size_t>(row), 0.01F);
    out.insert(out.end(), t.as<float>().begin(), t.as<float>().end());
    return out;
  };
  for (NetBuilder* n : {&a, &b}) {
    const ValueId x = n->op("Relu", {n->dense(n->input({1, 6}), 6, 12, "first")}, "act");
    const std::vector<float> more = rows(w, 12), more_bias = rows(bias, 1);
    const Tensor weight = n == &a ? w : Tensor::of<float>({9, 12}, std::span<const float>(more));
    const Tensor shift = n == &a ? bias : Tensor::of<float>({9}, std::span<const float>(more_bias));
    n->done({n->op("Gemm", {x, n->graph.add_constant("w", weight), n->graph.add_constant("b", shift)}, "logits",
                   {{"transB", true}})});
  }
  const auto result = localized(a.graph, b.graph);
  ASSERT_TRUE(result.ok()) << result.error().message();
  ASSERT_EQ(result->findings.size(), 1U) << told(*result);
  EXPECT_EQ(result->findings[0].diagnosis,
            "it has 9 classes where the source has 8: the target has one more, \"background\" before the others, so "
            "labels are "
            "shifted by one");
}

TEST(Faults, OfASoftmaxLeftOutIsPartOfTheContract) {
  NetBuilder b(3);
  const ValueId y = b.dense(b.input({1, 6}), 6, 5, "logits");
  const Graph scores = b.done({y});
  const Graph probabilities = b.done({b.op("Softmax", {y}, "softmax", {{"axis", std::int64_t{1}}})});
  const auto result = localized(probabilities, scores);
  ASSERT_TRUE(result.ok()) << result.error().message();
  ASSERT_EQ(result->findings.size(), 1U) << told(*result);
  EXPECT_EQ(result->findings[0].diagnosis, "it gives scores where the source gives probabilities");
}

}  // namespace
}  // namespace dlas::study::localize
