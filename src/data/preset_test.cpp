#include "data/preset.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "data/fixture_testing.h"

namespace dlas::data {
namespace {

TEST(Preset, EachParsesPrintsAndApplies) {
  const Image photo = *decode_image(as_bytes(fixture_bytes("images/420.jpg")));
  EXPECT_TRUE(std::ranges::is_sorted(presets(), {}, &Preset::name));
  for (const Preset& p : presets()) {
    const auto recipe = preset(p.name);
    ASSERT_TRUE(recipe.ok()) << p.name << ": " << message_of(recipe);
    EXPECT_EQ(*parse_recipe(text(*recipe)), *recipe);
    const auto tensor = apply(*recipe, photo);
    ASSERT_TRUE(tensor.ok()) << p.name << ": " << message_of(tensor);
    EXPECT_TRUE(recipe->layout);
    const bool sized = p.recipe.find("{S}") != std::string_view::npos;
    EXPECT_TRUE(!sized || *std::ranges::max_element(tensor->shape()) == p.side) << p.name;
  }
}

TEST(Preset, TakesTheModelsInputSize) {
  EXPECT_EQ(text(*preset("torchvision")), "resize(256,bilinear,pil) crop(224) rgb scale(1/255) norm(imagenet) nchw");
  EXPECT_EQ(text(*preset("torchvision", 299)),
            "resize(342,bilinear,pil) crop(299) rgb scale(1/255) norm(imagenet) nchw");
  EXPECT_EQ(text(*preset("caffe-bgr", 227)),
            "resize(256x256,bilinear,opencv) crop(227,floor) bgr mean(104,117,123) nchw");
  EXPECT_EQ(text(*preset("keras-tf", 160)), "resize(160x160,nearest,pil) rgb scale(1/127.5) shift(-1) nhwc");
}

TEST(Preset, NamesTheNearest) {
  EXPECT_EQ(message_of(preset("torchvison")),
            "expected a preset (nearest: torchvision, inception, cifar), found torchvison");
}

TEST(Preset, ReadsTfliteMetadata) {
  const std::vector<float> one = {127.5F}, three = {1, 2, 3};
  EXPECT_EQ(text(*metadata_recipe(one, one, 224, 192, 3)),
            "resize(224x192,bilinear,pil) rgb mean(127.5) std(127.5) nhwc");
  EXPECT_EQ(text(*metadata_recipe(one, one, 28, 28, 1)), "resize(28x28,bilinear,pil) gray mean(127.5) std(127.5) nhwc");
  EXPECT_EQ(text(*metadata_recipe(three, three, 8, 8, 3)), "resize(8x8,bilinear,pil) rgb mean(1,2,3) std(1,2,3) nhwc");
  EXPECT_EQ(message_of(metadata_recipe(three, one, 8, 8, 1)),
            "expected one normalisation or one for each of 1 channels, found 3 means and 1 deviations");
  const std::vector<float> zero = {0};
  EXPECT_EQ(message_of(metadata_recipe(one, zero, 8, 8, 3)),
            "recipe word 4 'std(0)': expected numbers other than 0, found 0");
}

}  // namespace
}  // namespace dlas::data
