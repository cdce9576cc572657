// The public interface, used as somebody else's program would: only its own headers and what a test needs.
#include <gmock/gmock.h>

#include <dlas/dlas.h>

namespace {

using testing::ElementsAre;
using testing::FloatNear;

const std::string kModels = DLAS_SOURCE_DIR "/demo/models/";

dlas::Tensors gray_picture(std::int64_t batch) {
  return {
      {"image", dlas::Tensor::of({batch, 28, 28, 1}, std::vector<float>(static_cast<std::size_t>(batch * 784), 0.5F))}};
}

TEST(PublicInterface, TellsWhatAModelHolds) {
  const auto model = dlas::load(kModels + "depthwise.onnx");
  ASSERT_TRUE(model.ok()) << model.error().message;
  const dlas::Outline outline = dlas::show(*model);
  EXPECT_EQ(outline.format, "ONNX");
  ASSERT_EQ(outline.inputs.size(), 1U);
  EXPECT_EQ(outline.inputs[0].name, "image");
  EXPECT_EQ(outline.inputs[0].dtype, "float32");
  EXPECT_THAT(outline.inputs[0].shape, ElementsAre(-1, 28, 28, 1));
  EXPECT_EQ(outline.operators.at("Conv"), 9);
  EXPECT_TRUE(outline.faults.empty());
}

TEST(PublicInterface, GivesOutputsAndKeptValuesByName) {
  const auto model = dlas::load(kModels + "depthwise.onnx");
  ASSERT_TRUE(model.ok());
  const auto one = dlas::run(*model, gray_picture(1));
  const auto two = dlas::run(*model, gray_picture(2), {"image"});
  ASSERT_TRUE(one.ok() && two.ok());
  EXPECT_THAT(one->at("logits").shape, ElementsAre(1, 10));
  EXPECT_THAT(two->at("logits").shape, ElementsAre(2, 10));
  EXPECT_EQ(two->at("image").bytes, gray_picture(2).at("image").bytes);
  const auto first = one->at("logits").floats(), both = two->at("logits").floats();
  for (std::size_t i = 0; i < first.size(); ++i) EXPECT_THAT(both[i], FloatNear(first[i], 1e-5F));
}

TEST(PublicInterface, ErrorsSayWhatWasWrong) {
  const auto missing = dlas::load("nowhere.onnx");
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code, "not_found");
  EXPECT_EQ(missing.error().file, "nowhere.onnx");
  const auto model = dlas::load(kModels + "depthwise.onnx");
  ASSERT_TRUE(model.ok());
  const auto unknown = dlas::run(*model, gray_picture(1), {"logit"});
  ASSERT_FALSE(unknown.ok());
  EXPECT_THAT(unknown.error().message, testing::HasSubstr("found 'logit' (nearest: logits"));
  dlas::Tensors cut = gray_picture(1);
  cut.at("image").bytes.pop_back();
  EXPECT_FALSE(dlas::run(*model, cut).ok());
  cut.at("image").dtype = "complex64";
  const auto strange = dlas::run(*model, cut);
  ASSERT_FALSE(strange.ok());
  EXPECT_EQ(strange.error().message, "input 'image': expected a dtype such as float32 or int8, found complex64");
}

TEST(PublicInterface, ComparesOnTensors) {
  const auto a = dlas::load(kModels + "depthwise.onnx"), b = dlas::load(kModels + "depthwise_fault.onnx");
  ASSERT_TRUE(a.ok() && b.ok());
  const auto same = dlas::compare(*a, *a, gray_picture(1));
  ASSERT_TRUE(same.ok());
  EXPECT_EQ(same->verdict, "identical");
  EXPECT_FALSE(same->differ || same->first_divergence);
  const auto other = dlas::compare(*a, *b, gray_picture(1));
  ASSERT_TRUE(other.ok());
  EXPECT_EQ(other->verdict, "different");
  EXPECT_TRUE(other->first_divergence);
  EXPECT_THAT(other->json, testing::HasSubstr("\"dlas.diff/1\""));
}

}  // namespace
