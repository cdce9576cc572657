#include "study/compare/flip_pictures.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/file.h"
#include "data/thumbnail.h"

namespace dlas::study {
namespace {

// A folder of `count` pictures of two grey pixels; the first has the picture's number.
class FlipPictures : public testing::Test {
 protected:
  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::temp_directory_path() / (std::string("dlas_flips_") + test->name());
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    for (int i = 0; i < 70; ++i) {
      const auto png = data::thumbnail_png(picture(i), 96);
      ASSERT_TRUE(png.ok());
      ASSERT_TRUE(write_file((folder_ / (std::to_string(100 + i) + ".png")).string(), *png).ok());
    }
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  static data::Image picture(int i) { return {2, 1, 1, {static_cast<std::uint8_t>(i), 0}}; }

  std::filesystem::path folder_;
};

TEST_F(FlipPictures, AreThoseOfTheLargestMarginAndEachIsItsOwn) {
  const auto dataset = data::open_dataset(folder_.string());
  ASSERT_TRUE(dataset.ok());
  std::vector<Flip> flips(70);
  for (int i = 0; i < 70; ++i) {
    flips[static_cast<std::size_t>(i)].item = i;
    flips[static_cast<std::size_t>(i)].margin = i;
  }
  ASSERT_TRUE(add_flip_pictures(*dataset, flips).ok());
  for (int i = 0; i < 70; ++i) {
    const std::string& png = flips[static_cast<std::size_t>(i)].png;
    EXPECT_EQ(png.empty(), i < 70 - static_cast<int>(kMostFlipPictures)) << i;
    if (png.empty()) continue;
    const auto image = data::decode_image(std::as_bytes(std::span(png)));
    ASSERT_TRUE(image.ok());
    EXPECT_EQ(*image, picture(i));
  }
}

TEST_F(FlipPictures, GivesTheErrorOfAPictureThatCannotBeRead) {
  const auto dataset = data::open_dataset(folder_.string());
  ASSERT_TRUE(dataset.ok());
  ASSERT_TRUE(write_file((folder_ / "105.png").string(), "no picture").ok());
  std::vector<Flip> flips(1);
  flips[0].item = 5;
  EXPECT_FALSE(add_flip_pictures(*dataset, flips).ok());
}

}  // namespace
}  // namespace dlas::study
