// Ranges, steps and overflows of stored activations.
#include "study/localize/grid/grid_check.h"

#include <gtest/gtest.h>

#include "study/localize/net_testing.h"

namespace dlas::study::localize {
namespace {

// conv -> act -> last; `scale` quantises the activation to u8 with zero at its least integer.
Graph net(double scale, float gain = 1) {
  NetBuilder n(3);
  ValueId x = n.conv(n.input({1, 3, 7, 5}), 3, 4, 1, "conv");
  Tensor& w = n.graph.value(n.graph.find("conv/w")).constant;
  Tensor larger = w.clone();
  for (float& v : larger.mutable_as<float>()) v *= gain;
  w = larger;
  x = n.op("Relu", {x}, "act");
  if (scale > 0) {
    const ValueId s = n.graph.add_constant("s", Tensor::scalar(static_cast<float>(scale)));
    const ValueId z = n.graph.add_constant("z", Tensor::scalar(std::uint8_t{0}));
    x = n.op("DequantizeLinear", {n.op("QuantizeLinear", {x, s, z}, "store"), s, z}, "read");
  }
  return n.done({n.conv(x, 4, 3, 1, "last")});
}

std::string diagnosis(const Result<Localization>& result) {
  EXPECT_TRUE(result.ok()) << (result.ok() ? "" : result.error().message());
  if (!result.ok()) return "";
  EXPECT_LE(result->findings.size(), 1U) << told(*result);
  return result->findings.empty() ? "none" : result->findings[0].rule;
}

TEST(GridCheck, AStepThatFitsTheNumbersIsNoFinding) { EXPECT_EQ(diagnosis(localized(net(0), net(3.0 / 255))), "none"); }

TEST(GridCheck, ARangeThatCutsNumbersOffIsOne) {
  const auto result = localized(net(0), net(0.4 / 255));
  EXPECT_EQ(diagnosis(result), "range");
  EXPECT_NE(told(*result).find("its type holds 0 to 0.4"), std::string::npos) << told(*result);
  EXPECT_EQ(first_target(*result), "store");
}

TEST(GridCheck, AStepFarTooCoarseIsOne) { EXPECT_EQ(diagnosis(localized(net(0), net(30.0 / 255))), "range"); }

TEST(GridCheck, AnotherScaleForReadingThanForStoringIsOne) {
  Graph broken = net(3.0 / 255);
  broken = changed(broken, "read", [](Graph& g, Node& node) {
    node.inputs[1] = g.add_constant("other", Tensor::scalar(static_cast<float>(6.0 / 255)));
  });
  const auto result = localized(net(0), broken);
  EXPECT_EQ(diagnosis(result), "unlike scales");
  EXPECT_EQ(first_target(*result), "read");
}

}  // namespace
}  // namespace dlas::study::localize
