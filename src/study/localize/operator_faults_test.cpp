// Faults of operators beyond convolutions and activations: axes, modes, windows, orders of operands.
#include <gtest/gtest.h>

#include <algorithm>

#include "model/op/list.h"
#include "study/localize/net_testing.h"

namespace dlas::study::localize {
namespace {

using Ints = std::vector<std::int64_t>;
using Build = std::function<void(NetBuilder&, bool broken)>;

// The finding for two builds of one network, the second with the fault; there has to be exactly one.
Finding only_finding(const Build& build) {
  NetBuilder a, b;
  build(a, false);
  build(b, true);
  const auto result = localized(a.graph, b.graph);
  EXPECT_TRUE(result.ok()) << (result.ok() ? "" : result.error().message());
  if (!result.ok() || result->findings.empty()) return {};
  EXPECT_EQ(result->findings.size(), 1U) << told(*result);
  return result->findings[0];
}

void expect(const Finding& f, const std::string& node, const std::string& diagnosis) {
  ASSERT_FALSE(f.target_nodes.empty());
  EXPECT_EQ(f.target_nodes[0].name, node) << f.diagnosis;
  EXPECT_NE(f.diagnosis.find(diagnosis), std::string::npos) << f.diagnosis;
  EXPECT_TRUE(f.confirmed) << f.diagnosis;
}

TEST(OperatorFault, SoftmaxAlongAnotherAxis) {
  expect(only_finding([](NetBuilder& n, bool broken) {
           const ValueId x = n.conv(n.input({1, 3, 7, 5}), 3, 4, 3, "conv");
           const ValueId y = n.op("Softmax", {x}, "softmax", {{"axis", std::int64_t{broken ? 3 : 1}}});
           n.done({n.conv(y, 4, 3, 1, "last")});
         }),
         "softmax", "axis is 3 where the source has 1");
}

TEST(OperatorFault, ResizeInAnotherMode) {
  expect(only_finding([](NetBuilder& n, bool broken) {
           const ValueId x = n.conv(n.input({1, 3, 7, 5}), 3, 4, 3, "conv");
           const ValueId scales = n.graph.add_constant("scales", Tensor::of<float>({4}, {1, 1, 2, 2}));
           const ValueId y =
               n.op("Resize", {x, kNone, scales}, "resize",
                    {{"mode", std::string("linear")},
                     {"coordinate_transformation_mode", std::string(broken ? "asymmetric" : "half_pixel")}});
           n.done({n.conv(y, 4, 3, 1, "last")});
         }),
         "resize", "coordinate_transformation_mode is 'asymmetric' where the source has 'half_pixel'");
}

TEST(OperatorFault, PaddingIsCountedInAMean) {
  expect(only_finding([](NetBuilder& n, bool broken) {
           const ValueId x = n.conv(n.input({1, 3, 7, 5}), 3, 4, 1, "conv");
           const ValueId y =
               n.op("AveragePool", {x}, "mean",
                    {{"kernel_shape", Ints{3, 3}}, {"pads", Ints{1, 1, 1, 1}}, {"count_include_pad", broken}});
           n.done({n.conv(y, 4, 3, 1, "last")});
         }),
         "mean", "count_include_pad is true where the source has false");
}

TEST(OperatorFault, PaddingInAnotherMode) {
  expect(only_finding([](NetBuilder& n, bool broken) {
           const ValueId x = n.conv(n.input({1, 3, 7, 6}), 3, 4, 1, "conv");
           const ValueId amounts = n.graph.add_constant("amounts", Tensor::of_i64(Ints{0, 0, 1, 2, 0, 0, 2, 1}));
           const ValueId y = n.op("Pad", {x, amounts}, "pad", {{"mode", std::string(broken ? "edge" : "reflect")}});
           n.done({n.conv(y, 4, 3, 3, "last")});
         }),
         "pad", "mode is 'edge' where the source has 'reflect'");
}

TEST(OperatorFault, ConcatInAnotherOrder) {
  const Finding f = only_finding([](NetBuilder& n, bool broken) {
    const ValueId x = n.input({1, 3, 7, 5});
    ValueId a = n.conv(x, 3, 4, 1, "first"), b = n.conv(x, 3, 4, 1, "second");
    if (broken) std::swap(a, b);
    n.done({n.conv(n.op("Concat", {a, b}, "concat", {{"axis", std::int64_t{1}}}), 8, 3, 1, "last")});
  });
  ASSERT_FALSE(f.target_nodes.empty());
  EXPECT_EQ(f.target_nodes[0].name, "concat") << f.diagnosis;
  EXPECT_NE(f.diagnosis.find("operands"), std::string::npos) << f.diagnosis;
}

TEST(OperatorFault, ClipLosesItsUpperLimit) {
  const Build build = [](NetBuilder& n, bool broken) {
    const ValueId x = n.conv(n.input({1, 3, 7, 5}), 3, 4, 3, "conv");
    const ValueId low = n.graph.add_constant("low", Tensor::scalar(-0.2F));
    const ValueId high = n.graph.add_constant("high", Tensor::scalar(broken ? 9.0F : 0.3F));
    n.done({n.conv(n.op("Clip", {x, low, high}, "clip"), 4, 3, 1, "last")});
  };
  expect(only_finding(build), "clip", "is 9 where the source has 0.3");
}

TEST(OperatorFault, HeightAndWidthExchanged) {
  const Finding f = only_finding([](NetBuilder& n, bool broken) {
    const ValueId x = n.op("Relu", {n.conv(n.input({1, 3, 8, 8}), 3, 4, 3, "conv")}, "act");
    const ValueId y = n.op("Transpose", {x}, "turn", {{"perm", broken ? Ints{0, 2, 3, 1} : Ints{0, 3, 2, 1}}});
    n.done({n.dense(n.op("Flatten", {y}, "flat", {{"axis", std::int64_t{1}}}), 144, 5, "logits")});
  });
  EXPECT_TRUE(f.confirmed) << f.diagnosis;
  EXPECT_EQ(f.category, Category::tensor_structure) << f.diagnosis;
  EXPECT_NE(f.diagnosis.find("right is [0,3,2,1]"), std::string::npos) << f.diagnosis;
}

TEST(OperatorFault, AnotherFunctionOfTwoValues) {
  expect(only_finding([](NetBuilder& n, bool broken) {
           const ValueId x = n.input({1, 3, 7, 5});
           const ValueId a = n.conv(x, 3, 4, 1, "first"), b = n.conv(x, 3, 4, 1, "second");
           n.done({n.conv(n.op(broken ? "Mul" : "Add", {a, b}, "join"), 4, 3, 1, "last")});
         }),
         "join", "Mul stands where the source has Add");
}

TEST(OperatorFault, SlopesInAnotherOrder) {
  expect(only_finding([](NetBuilder& n, bool broken) {
           const ValueId x = n.conv(n.input({1, 3, 7, 5}), 3, 4, 1, "conv");
           const Tensor slopes = broken ? Tensor::of<float>({4, 1, 1}, {0.4F, 0.1F, 0.2F, 0.3F})
                                        : Tensor::of<float>({4, 1, 1}, {0.1F, 0.2F, 0.3F, 0.4F});
           n.done({n.conv(n.op("PRelu", {x, n.graph.add_constant("slopes", slopes)}, "act"), 4, 3, 1, "last")});
         }),
         "act", "holds other numbers");
}

TEST(OperatorFault, OneUserOfASharedWeightHasItsOwn) {
  // Both convolutions read one constant in the source; the converter turned it for the second only.
  expect(only_finding([](NetBuilder& n, bool broken) {
           const ValueId x = n.input({1, 4, 7, 5});
           const Tensor w = NetBuilder(77).random({4, 4, 3, 3}, 0.4);
           const ValueId shared = n.graph.add_constant("w", w);
           const ValueId own = broken ? n.graph.add_constant("w2", reordered(w, {1, 0, 2, 3})) : shared;
           const AttributeList same = {{"pads", Ints{1, 1, 1, 1}}};
           const ValueId y = n.op("Relu", {n.op("Conv", {x, shared}, "one", same)}, "act");
           n.done({n.op("Relu", {n.op("Conv", {y, own}, "two", same)}, "act2")});
         }),
         "two", "weights are");
}

}  // namespace
}  // namespace dlas::study::localize
