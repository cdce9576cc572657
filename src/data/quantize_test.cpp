#include "data/quantize.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "data/fixture_testing.h"

namespace dlas::data {
namespace {

using testing::ElementsAre;

Tensor real(std::initializer_list<float> values) {
  return Tensor::of<float>({static_cast<std::int64_t>(values.size())}, values);
}

TEST(Quantize, RoundsHalvesAwayFromZero) {
  const Tensor out = *quantize_input(real({0.5F, 1.5F, 2.5F, -0.5F, -1.5F, 0.49F}), {1, 0}, DType::i8);
  EXPECT_THAT(out.as<std::int8_t>(), ElementsAre(1, 2, 3, -1, -2, 0));
}

TEST(Quantize, CutsToTheRangeOfTheType) {
  EXPECT_THAT(quantize_input(real({-1e30F, 1e30F, INFINITY}), {0.5, 3}, DType::u8)->as<std::uint8_t>(),
              ElementsAre(0, 255, 255));
  EXPECT_THAT(quantize_input(real({-1e30F, 1e30F}), {0.5, 3}, DType::i16)->as<std::int16_t>(),
              ElementsAre(-32768, 32767));
}

// 12.75 / 0.1f is 127.499998 in float64, which float32 rounds to 127.5, so 128.
TEST(Quantize, DividesInFloat32) {
  EXPECT_THAT(quantize_input(real({12.75F}), {0.1, 0}, DType::u8)->as<std::uint8_t>(), ElementsAre(128));
}

TEST(Quantize, RefusesNanAndBadScales) {
  EXPECT_EQ(message_of(quantize_input(real({NAN}), {1, 0}, DType::i8)), "expected numbers to quantise, found NaN");
  EXPECT_EQ(message_of(quantize_input(real({1}), {0, 0}, DType::i8)),
            "expected a positive, finite input scale, found 0.000000");
  EXPECT_EQ(message_of(quantize_input(real({1}), {1, 0}, DType::i32)),
            "expected an input of int8, uint8, int16 or uint16, found int32");
  EXPECT_EQ(message_of(quantize_input(Tensor::scalar(1.0), {1, 0}, DType::i8)),
            "expected a float32 tensor from the recipe, found float64");
}

TEST(Quantize, FeedsPixelsAsTheyAreForRaw) {
  const Recipe raw = *parse_recipe("rgb raw nhwc");
  EXPECT_THAT(model_input(raw, real({0, 7, 255}), DType::u8, Quantization{0.0078125, 128})->as<std::uint8_t>(),
              ElementsAre(0, 7, 255));
  EXPECT_THAT(model_input(raw, real({0, 7, 255}), DType::i8, Quantization{0.5, 1})->as<std::int8_t>(),
              ElementsAre(-128, -121, 127));
  EXPECT_EQ(message_of(model_input(raw, real({0.5F}), DType::u8, std::nullopt)),
            "expected whole numbers from 0 to 255 for raw, found 0.500000");
  EXPECT_EQ(message_of(model_input(raw, real({1}), DType::f32, std::nullopt)),
            "expected an integer input for a recipe with raw, found float32");
}

TEST(Quantize, FollowsTheInputsType) {
  const Recipe recipe = *parse_recipe("rgb nhwc");
  EXPECT_TRUE(model_input(recipe, real({0.1F}), DType::f32, std::nullopt)->same_bits(real({0.1F})));
  EXPECT_EQ(model_input(recipe, real({1}), DType::f16, std::nullopt)->as<Half>()[0].bits, 0x3c00);
  EXPECT_THAT(model_input(recipe, real({1}), DType::u8, Quantization{0.5, 3})->as<std::uint8_t>(), ElementsAre(5));
  EXPECT_EQ(message_of(model_input(recipe, real({1}), DType::u8, std::nullopt)),
            "expected quantisation of the input, or raw in the recipe, found uint8 without");
}

}  // namespace
}  // namespace dlas::data
