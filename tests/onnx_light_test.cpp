// Nine classic networks with constant weights give the outputs that come with them, and a network in float16 runs.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "model/executor/reference.h"
#include "model/format/format.h"
#include "model/format/onnx/tensor.h"

namespace dlas {
namespace {

std::string shared(const std::string& relative) {
  const char* named = std::getenv("DLAS_SHARED");
  return (named ? std::string(named) : std::string(DLAS_SOURCE_DIR) + "/../shared") + "/data/" + relative;
}

// 0, 1/n, 2/n, ...: what the outputs were made from.
Tensor ramp(const Type& type) {
  Shape shape;
  for (const Dim& d : *type.dims) shape.push_back(d.known() ? d.size() : 1);
  Tensor out = Tensor::make(DType::f32, shape);
  const auto x = out.mutable_as<float>();
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<float>(i) / static_cast<float>(x.size());
  return out;
}

Result<Tensor> first_output(const std::string& path) {
  DLAS_ASSIGN(const Model model, load(path));
  DLAS_ASSIGN(const auto executor, make_reference(model.graph));
  const Tensor input = ramp(model.graph.value(model.graph.inputs.at(0)).type);
  DLAS_ASSIGN(const Outputs result, executor->run(std::span(&input, 1), {}));
  return result.outputs.at(0);
}

class OnnxLight : public ::testing::TestWithParam<const char*> {};

TEST_P(OnnxLight, GivesItsExpectedOutput) {
  const std::string path = shared("onnx-light/light_") + GetParam();
  if (!std::filesystem::exists(path + ".onnx")) GTEST_SKIP() << "no " << path << ".onnx; DLAS_SHARED names its folder";
  const auto expected = onnx::read_tensor_file(path + "_output_0.pb");
  ASSERT_TRUE(expected.ok()) << expected.error().message();
  const auto found = first_output(path + ".onnx");
  ASSERT_TRUE(found.ok()) << found.error().message();
  ASSERT_EQ(text(*found), text(expected->tensor));
  // The tolerance of ONNX's own backend tests.
  for (std::int64_t i = 0; i < found->count(); ++i) {
    const double want = expected->tensor.number(i);
    ASSERT_NEAR(found->number(i), want, 1e-7 + 1e-3 * std::abs(want)) << i;
  }
}

INSTANTIATE_TEST_SUITE_P(Networks, OnnxLight,
                         ::testing::Values("bvlc_alexnet", "densenet121", "inception_v1", "inception_v2", "resnet50",
                                           "shufflenet", "squeezenet", "vgg19", "zfnet512"));

TEST(OnnxHalf, RunsANetworkInFloat16) {
  const std::string path = shared("models/squeezenet1_1_fp16.onnx");
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no " << path << "; DLAS_SHARED names its folder";
  const auto model = load(path);
  ASSERT_TRUE(model.ok()) << model.error().message();
  const Type& type = model->graph.value(model->graph.inputs.at(0)).type;
  ASSERT_EQ(text(type), "f16 [1,3,224,224]");
  Tensor input = Tensor::make(DType::f16, type.shape());
  std::size_t i = 0;
  for (Half& x : input.mutable_as<Half>()) x = Half(static_cast<double>(i++ % 255) - 120);
  const auto executor = make_reference(model->graph);
  ASSERT_TRUE(executor.ok()) << executor.error().message();
  const auto result = (*executor)->run(std::span(&input, 1), {});
  ASSERT_TRUE(result.ok()) << result.error().message();
  const Tensor& scores = result->outputs.at(0);
  ASSERT_EQ(scores.dtype(), DType::f16);
  ASSERT_EQ(scores.count(), 1000);
  double sum = 0;
  for (std::int64_t k = 0; k < scores.count(); ++k) sum += scores.number(k);
  EXPECT_NEAR(sum, 1, 1000 * 0x1p-12);  // a softmax whose terms are rounded to half floats
}

}  // namespace
}  // namespace dlas
