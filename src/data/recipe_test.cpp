// Recipes: text and back, errors that point at the word, and tensors equal to what Pillow and NumPy make.
#include "data/recipe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iomanip>
#include <sstream>

#include "data/fixture_testing.h"

namespace dlas::data {
namespace {

std::string error_of(std::string_view text) { return message_of(parse_recipe(text)); }

std::vector<float> values(const Result<Tensor>& tensor) {
  EXPECT_TRUE(tensor.ok()) << message_of(tensor);
  if (!tensor.ok()) return {};
  const auto span = tensor->as<float>();
  return {span.begin(), span.end()};
}

// The numbers that a recipe makes of a picture, in the layout it says.
std::vector<float> values(std::string_view recipe, const Image& image) {
  return values(apply(*parse_recipe(recipe), image));
}

Image row(std::vector<std::uint8_t> pixels, int channels = 1) {
  const int width = static_cast<int>(pixels.size()) / channels;
  return {width, 1, channels, std::move(pixels)};
}

TEST(Recipe, PrintsWhatItParsed) {
  for (const std::string_view text :
       {"resize(256,bilinear,pil) crop(224) rgb scale(1/255) norm(imagenet) nchw",
        "resize(224x160,area,opencv) pad(square,114) bgr mean(103.939,116.779,123.68) nhwc labels(1001)",
        "crop(87.5%) rgb resize(299x299,bicubic,tf-legacy) scale(0.0039) shift(-0.5) scale(2) std(0.5) nhwc",
        "gray crop(20x10,floor) pad(28) scale(1/127.5) shift(-1) raw nchw labels(wnid)", "rgb", "labels(1000)"}) {
    const auto recipe = parse_recipe(text);
    ASSERT_TRUE(recipe.ok()) << message_of(recipe);
    EXPECT_EQ(dlas::data::text(*recipe), text);
    EXPECT_EQ(*parse_recipe(dlas::data::text(*recipe)), *recipe);
  }
}

TEST(Recipe, TakesSpacesAndOtherNamesOfMethods) {
  EXPECT_EQ(text(*parse_recipe(" \tresize( 64x32 , linear ,opencv)\n crop( 8 )  resize(9,cubic,tf) mean(1, 2 ,3)")),
            "resize(64x32,bilinear,opencv) crop(8) resize(9,bicubic,tf) mean(1,2,3)");
}

TEST(Recipe, ComparesAndHashesByMeaning) {
  const auto a = *parse_recipe("rgb scale(1/255) nchw"), b = *parse_recipe("rgb  scale( 1 / 255 ) nchw");
  EXPECT_EQ(a, b);
  EXPECT_EQ(hash_of(a), hash_of(b));
  EXPECT_NE(hash_of(a), hash_of(*parse_recipe("rgb scale(1/255) nhwc")));
}

TEST(Recipe, PointsAtTheWordThatItDoesNotKnow) {
  EXPECT_EQ(
      error_of("rgb resiz(256,bilinear,pil)"),
      "recipe word 2 'resiz(256,bilinear,pil)': expected a recipe word (nearest: resize, mean, raw), found resiz");
  EXPECT_EQ(error_of("resize(256,bilinea,pil)"),
            "recipe word 1 'resize(256,bilinea,pil)': expected a resize method (nearest: bilinear, area, bicubic), "
            "found bilinea");
  EXPECT_EQ(
      error_of("resize(256,bilinear,pill)"),
      "recipe word 1 'resize(256,bilinear,pill)': expected a resize library (nearest: pil, pil12, tf), found pill");
  EXPECT_EQ(error_of(""),
            "recipe: expected words such as 'resize(256,bilinear,pil) crop(224) rgb scale(1/255) nchw', found none");
}

TEST(Recipe, SaysWhatAWordTakes) {
  EXPECT_EQ(error_of("resize(256)"),
            "recipe word 1 'resize(256)': expected resize(N or WxH,METHOD,LIBRARY), found 1 argument");
  EXPECT_EQ(error_of("resize(0,bilinear,pil)"),
            "recipe word 1 'resize(0,bilinear,pil)': expected a side N or a size WxH, each 1 to 1048576, found 0");
  EXPECT_EQ(
      error_of("resize(8,lanczos,tf)"),
      "recipe word 1 'resize(8,lanczos,tf)': expected a method of tf (nearest, bilinear, bicubic), found lanczos");
  EXPECT_EQ(
      error_of("crop(0%)"),
      "recipe word 1 'crop(0%)': expected a side N, a size WxH, or a percentage above 0 % and up to 100 %, found 0%");
  EXPECT_EQ(error_of("crop(5%,floor)"),
            "recipe word 1 'crop(5%,floor)': expected floor behind a side or size, found floor");
  EXPECT_EQ(error_of("pad(x)"), "recipe word 1 'pad(x)': expected a side N, a size WxH, or square, found x");
  EXPECT_EQ(error_of("pad(4,1.5)"),
            "recipe word 1 'pad(4,1.5)': expected a whole number from 0 to 255 while the picture is bytes, found 1.5");
  EXPECT_EQ(error_of("scale(1/0)"),
            "recipe word 1 'scale(1/0)': expected a number or a fraction such as 1/255, found 1/0");
  EXPECT_EQ(error_of("shift(nan)"), "recipe word 1 'shift(nan)': expected a number, found nan");
  EXPECT_EQ(error_of("std(1,0,1)"), "recipe word 1 'std(1,0,1)': expected numbers other than 0, found 0");
  EXPECT_EQ(error_of("mean(1,2)"), "recipe word 1 'mean(1,2)': expected mean(a) or mean(a,b,c), found 2 arguments");
  EXPECT_EQ(error_of("norm(cifar)"), "recipe word 1 'norm(cifar)': expected imagenet, found cifar");
  EXPECT_EQ(error_of("rgb(3)"), "recipe word 1 'rgb(3)': expected rgb without a list, found rgb(3)");
  EXPECT_EQ(error_of("labels(10)"),
            "recipe word 1 'labels(10)': expected 1000, 1001 or wnid (nearest: 1000, 1001, wnid), found 10");
  EXPECT_EQ(error_of("crop(4"), "recipe word 1 'crop(4': expected a closing ')', found the end of the recipe");
  EXPECT_EQ(error_of("crop(4)rgb"), "recipe word 1 'crop(4)': expected a space behind the word, found r");
}

TEST(Recipe, ChecksTheOrderOfItsWords) {
  EXPECT_EQ(
      error_of("scale(2) resize(8,bilinear,pil)"),
      "recipe word 2 'resize(8,bilinear,pil)': expected this word before scale, shift, mean, std, norm and resize by "
      "tf, found it behind one of them");
  EXPECT_EQ(
      error_of("resize(8,bilinear,tf) gray"),
      "recipe word 2 'gray': expected this word before scale, shift, mean, std, norm and resize by tf, found it behind "
      "one of them");
  EXPECT_EQ(error_of("gray mean(1,2,3)"),
            "recipe word 2 'mean(1,2,3)': expected one value behind gray, found 3 values");
  EXPECT_EQ(error_of("gray norm(imagenet)"),
            "recipe word 2 'norm(imagenet)': expected three channels for norm, found gray");
  EXPECT_EQ(error_of("nchw rgb"),
            "recipe word 2 'rgb': expected this word before nhwc, nchw, raw and labels, found it behind them");
  EXPECT_EQ(error_of("nchw nhwc"), "recipe word 2 'nhwc': expected one such word, found a second one");
  EXPECT_TRUE(parse_recipe("scale(2) resize(8,bilinear,tf)").ok());
}

TEST(Recipe, BoundsItsLength) {
  std::string many;
  for (int i = 0; i < 64; ++i) many += "rgb ";
  EXPECT_TRUE(parse_recipe(many).ok());
  EXPECT_EQ(error_of(many + "rgb"), "recipe word 65 'rgb': expected at most 64 words, found more");
  EXPECT_EQ(error_of(std::string(5000, ' ')), "recipe: expected at most 4096 bytes, found 5000");
}

TEST(Recipe, EqualsPillowAndNumPy) {
  const Image image = *decode_image(as_bytes(fixture_bytes("images/420.jpg")));
  std::istringstream lines(fixture_bytes("recipes.txt"));
  std::string name, sum, recipe;
  int count = 0;
  while (lines >> name >> sum && std::getline(lines, recipe)) {
    const auto tensor = apply(*parse_recipe(recipe), image);
    ASSERT_TRUE(tensor.ok()) << message_of(tensor);
    std::ostringstream ours;
    ours << std::hex << std::setw(8) << std::setfill('0') << crc(tensor->bytes());
    EXPECT_EQ(ours.str(), sum) << recipe;
    ++count;
  }
  EXPECT_EQ(count, 5);
}

TEST(Recipe, LaysOutChannelsAsAsked) {
  const Image two = row({1, 2, 3, 4, 5, 6}, 3);
  EXPECT_EQ(apply(*parse_recipe("rgb nhwc"), two)->shape(), (Shape{1, 1, 2, 3}));
  EXPECT_EQ(apply(*parse_recipe("rgb nchw"), two)->shape(), (Shape{1, 3, 1, 2}));
  EXPECT_THAT(values("rgb nhwc", two), testing::ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_THAT(values("rgb nchw", two), testing::ElementsAre(1, 4, 2, 5, 3, 6));
}

TEST(Recipe, KeepsTrackOfTheChannelOrder) {
  const Image pixel = row({10, 20, 30}, 3);
  EXPECT_THAT(values("bgr nhwc", pixel), testing::ElementsAre(30, 20, 10));
  EXPECT_THAT(values("bgr bgr nhwc", pixel), testing::ElementsAre(30, 20, 10));
  EXPECT_THAT(values("bgr rgb nhwc", pixel), testing::ElementsAre(10, 20, 30));
  EXPECT_THAT(values("scale(1) bgr mean(1,2,3) nhwc", pixel), testing::ElementsAre(29, 18, 7));
  EXPECT_EQ(values("bgr gray nhwc", pixel), values("gray nhwc", pixel));
  EXPECT_THAT(values("rgb nhwc", row({7})), testing::ElementsAre(7, 7, 7));
  EXPECT_THAT(values("scale(2) bgr nhwc", row({7})), testing::ElementsAre(14, 14, 14));
}

// torchvision: int(round((w - n) / 2.0)), ties to even in Python.
TEST(Recipe, CropsTheMiddleAsItsLibrariesDo) {
  const Image nine = row({0, 1, 2, 3, 4, 5, 6, 7, 8});
  EXPECT_THAT(values("crop(8x1) nhwc", nine), testing::ElementsAre(0, 1, 2, 3, 4, 5, 6, 7));  // round(0.5) = 0
  EXPECT_THAT(values("crop(6x1) nhwc", nine), testing::ElementsAre(2, 3, 4, 5, 6, 7));        // round(1.5) = 2
  EXPECT_THAT(values("crop(6x1,floor) nhwc", nine), testing::ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_THAT(values("crop(50%) nhwc", nine), testing::ElementsAre(2, 3, 4, 5, 6));  // start int(4.5 / 2), size 9 - 4
}

// torchvision: int(19 * 35 / 21) = int(31.67) = 31.
TEST(Recipe, CutsTheLongSideToAWholeNumber) {
  const Recipe recipe = *parse_recipe("resize(19,nearest,pil) nhwc");
  EXPECT_EQ(apply(recipe, *make_image(35, 21, 1))->shape(), (Shape{1, 19, 31, 1}));
  EXPECT_EQ(apply(recipe, *make_image(21, 35, 1))->shape(), (Shape{1, 31, 19, 1}));
  EXPECT_EQ(apply(recipe, *make_image(21, 21, 1))->shape(), (Shape{1, 19, 19, 1}));
}

TEST(Recipe, RefusesWhatDoesNotFitThePicture) {
  const Image nine = row({0, 1, 2, 3, 4, 5, 6, 7, 8});
  EXPECT_EQ(message_of(apply(*parse_recipe("crop(2) nhwc"), nine)),
            "recipe step 'crop(2)': expected a picture of at least 2 x 2 pixels, found 9 x 1");
  EXPECT_EQ(message_of(apply(*parse_recipe("pad(8) nhwc"), nine)),
            "recipe step 'pad(8)': expected a picture of at most 8 x 8 pixels, found 9 x 1");
  EXPECT_EQ(message_of(apply(*parse_recipe("norm(imagenet) nhwc"), nine)),
            "recipe step 'norm(imagenet)': expected a picture of 3 channels, found 1");
  EXPECT_EQ(message_of(apply(*parse_recipe("rgb"), nine)), "expected a recipe with nhwc or nchw, found rgb");
  EXPECT_EQ(message_of(apply(*parse_recipe("pad(1000000) nhwc"), nine)),
            "recipe step 'pad(1000000)': expected at most 100000000 pixels, found 1000000 x 1000000");
  EXPECT_EQ(message_of(apply(*parse_recipe("resize(1000000,nearest,tf) nhwc"), nine)),
            "recipe step 'resize(1000000,nearest,tf)': expected at most 100000000 pixels, found 9000000 x 1000000");
}

TEST(Recipe, FillsTheBorder) {
  EXPECT_THAT(values("pad(4x1,9) nhwc", row({1, 2})), testing::ElementsAre(9, 1, 2, 9));
  EXPECT_THAT(values("scale(1) pad(3x2,-0.5) nhwc", row({1, 2})), testing::ElementsAre(1, 2, -0.5, -0.5, -0.5, -0.5));
}

TEST(Recipe, RoundsEachStepToFloat32) {
  const float x = 201;
  EXPECT_EQ(values("scale(1/255) nhwc", row({201}))[0], x / 255.0F);
  EXPECT_EQ(values("scale(0.0039) shift(0.1) nhwc", row({201}))[0], x * 0.0039F + 0.1F);
  EXPECT_EQ(values("mean(127.5) std(127.5) nhwc", row({201}))[0], (x - 127.5F) / 127.5F);
}

TEST(Recipe, TakesALayoutFromTheCallerWhereItHasNone) {
  EXPECT_EQ(with_layout(*parse_recipe("rgb"), Layout::nchw).layout, Layout::nchw);
  EXPECT_EQ(with_layout(*parse_recipe("rgb nhwc"), Layout::nchw).layout, Layout::nhwc);
}

}  // namespace
}  // namespace dlas::data
