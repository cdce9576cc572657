// Files that frameworks wrote, with a fault put into one: ONNX (NCHW) against TFLite (NHWC), float against int8, Keras against TFLite.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "study/localize/net_testing.h"
#include "study/open/opened.h"

namespace dlas::study::localize {
namespace {

namespace fs = std::filesystem;

Graph demo(const char* name) {
  return open_model((fs::path(DLAS_SOURCE_DIR) / "demo/models" / name).string()).value().graph();
}

std::optional<Graph> shared(const char* name) {
  const char* given = std::getenv("DLAS_SHARED");
  const fs::path folder = given ? fs::path(given) : fs::path(DLAS_SOURCE_DIR) / "../shared";
  const fs::path file = folder / "data/models" / name;
  if (!fs::exists(file)) return std::nullopt;
  return open_model(file.string()).value().graph();
}

// Replaces a constant that the node reads in `slot`.
Graph with_constant(const Graph& graph, const std::string& node, std::size_t slot,
                    const std::function<void(std::span<float>)>& f) {
  return changed(graph, node, [&](Graph& g, Node& n) {
    Tensor tensor = g.value(n.inputs[slot]).constant.clone();
    f(tensor.mutable_as<float>());
    n.inputs[slot] = g.add_constant("changed", tensor);
  });
}

// The n-th node of an operator.
const Node& nth(const Graph& graph, const std::string& op, std::size_t n) {
  for (const Node& node : graph.nodes())
    if (node.op_name == op && n-- == 0) return node;
  ADD_FAILURE() << "no such " << op;
  return graph.nodes()[0];
}

void expect_first(const Result<Localization>& result, const std::string& node) {
  ASSERT_TRUE(result.ok()) << result.error().message();
  EXPECT_EQ(result->findings.size(), 1U) << told(*result);
  EXPECT_EQ(first_target(*result), node) << told(*result);
}

TEST(RealFiles, BiasLostInTFLite) {
  const Graph target = demo("residual_fp32.tflite");
  const std::string node = nth(target, "Conv", 4).name;
  const auto result = localized(demo("residual.onnx"),
                                with_constant(target, node, 2, [](std::span<float> b) { std::ranges::fill(b, 0.0F); }));
  expect_first(result, node);
  EXPECT_NE(result->findings[0].diagnosis.find("the bias is lost"), std::string::npos) << told(*result);
}

TEST(RealFiles, ActivationLostInTFLite) {
  const Graph target = demo("depthwise_fp32.tflite");
  const Node& conv = nth(target, "Conv", 3);
  const auto result = localized(demo("depthwise.onnx"), changed(target, conv.name, [](Graph&, Node& n) {
                                  AttributeList list = n.attributes.list();
                                  for (NamedAttribute& one : list)
                                    if (one.name == "activation") one.value = std::string("none");
                                  n.attributes = n.op->attributes->make(list).value();
                                }));
  expect_first(result, conv.name);
  EXPECT_NE(result->findings[0].diagnosis.find("the Relu6 behind this Conv is lost"), std::string::npos)
      << told(*result);
  ASSERT_EQ(result->findings[0].proposals.size(), 1U);
  EXPECT_EQ(to_text(result->findings[0].proposals[0]).find("set "), 0U);
}

TEST(RealFiles, WeightsOfONNXScaledAgainstInt8) {
  const Graph source = demo("residual_int8.tflite"), target = demo("residual.onnx");
  const std::string node = nth(target, "Conv", 5).name;
  expect_first(localized(source, with_constant(target, node, 1,
                                               [](std::span<float> w) {
                                                 for (float& x : w) x *= 1.5F;
                                               })),
               node);
}

// Scales of the channels in the order of their neighbours: the integers are right.
TEST(RealFiles, ScalesOfQuantisedWeightsRotated) {
  Graph target = demo("residual_int8.tflite");
  const Node& conv = nth(target, "Conv", 5);
  Value& weights = target.value(conv.inputs[1]);
  ASSERT_TRUE(weights.type.quantized() && weights.type.quantization->per_axis());
  auto q = std::make_shared<Quantization>(*weights.type.quantization);
  std::rotate(q->scales.begin(), q->scales.begin() + 1, q->scales.end());
  weights.type.quantization = q;
  const auto result = localized(demo("residual.onnx"), target);
  ASSERT_TRUE(result.ok()) << result.error().message();
  ASSERT_FALSE(result->findings.empty());
  EXPECT_EQ(first_target(*result), conv.name) << told(*result);
  ASSERT_FALSE(result->findings[0].proposals.empty());
  EXPECT_TRUE(std::holds_alternative<SetQuantization>(result->findings[0].proposals[0])) << told(*result);
}

TEST(RealFiles, KerasAgainstTFLiteAndBothAgainstAFault) {
  const auto keras = shared("pretrainedResnet.h5"), tflite = shared("pretrainedResnet.tflite");
  if (!keras || !tflite) GTEST_SKIP() << "DLAS_SHARED has no pretrainedResnet";
  const auto right = localized(*keras, *tflite);
  ASSERT_TRUE(right.ok()) << right.error().message();
  EXPECT_TRUE(right->findings.empty()) << told(*right);
  const std::string node = nth(*tflite, "Conv", 6).name;
  const auto broken = with_constant(*tflite, node, 1, [](std::span<float> w) { std::reverse(w.begin(), w.end()); });
  expect_first(localized(*keras, broken), node);
}

TEST(RealFiles, TwoTrainingsOfOneArchitectureAreNotOneModel) {
  const auto one = shared("mobilenet_v1_0.25_224.keras.h5"), two = shared("mobilenet_v1_0.25_224_tfhub.tflite");
  if (!one || !two) GTEST_SKIP() << "DLAS_SHARED has no mobilenet_v1_0.25_224";
  const auto result = localized(*one, *two, 1);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().message(), "these two do not compute the same function: 0 of 28 parameters match");
}

}  // namespace
}  // namespace dlas::study::localize
