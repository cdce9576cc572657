#include "data/thumbnail.h"

#include <gtest/gtest.h>

namespace dlas::data {
namespace {

Image decoded(const std::string& png) {
  const auto image = decode_image(std::as_bytes(std::span(png)));
  EXPECT_TRUE(image.ok());
  return image.ok() ? *image : Image{};
}

Image stripes(int width, int height, int channels) {
  Image image{width, height, channels, {}};
  for (int i = 0; i < width * height * channels; ++i) image.pixels.push_back(static_cast<std::uint8_t>(i * 7));
  return image;
}

TEST(Thumbnail, KeepsEveryPixelOfASmallPicture) {
  for (const int channels : {1, 3}) {
    const Image image = stripes(28, 20, channels);
    const auto png = thumbnail_png(image, 96);
    ASSERT_TRUE(png.ok());
    EXPECT_EQ(decoded(*png), image);
  }
}

TEST(Thumbnail, FitsALargePictureAndKeepsItsShape) {
  const auto png = thumbnail_png(stripes(400, 100, 3), 96);
  ASSERT_TRUE(png.ok());
  EXPECT_EQ(decoded(*png).width, 96);
  EXPECT_EQ(decoded(*png).height, 24);
}

TEST(Thumbnail, KeepsAtLeastOnePixelOfALongStrip) {
  const auto png = thumbnail_png(stripes(1000, 1, 1), 96);
  ASSERT_TRUE(png.ok());
  EXPECT_EQ(decoded(*png).height, 1);
}

}  // namespace
}  // namespace dlas::data
