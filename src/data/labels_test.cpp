#include "data/labels.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>

#include "data/fixture_testing.h"

namespace dlas::data {
namespace {

TEST(Labels, HasAThousandWnidsInOrder) {
  ASSERT_EQ(imagenet_wnids().size(), 1000U);
  EXPECT_TRUE(std::ranges::is_sorted(imagenet_wnids()));
  EXPECT_EQ(std::ranges::adjacent_find(imagenet_wnids()), imagenet_wnids().end());
  EXPECT_EQ(wnid_text(imagenet_wnids()[0]), "n01440764");
  EXPECT_EQ(imagenet_class(1440764), 0);
  EXPECT_EQ(imagenet_class(15075141), 999);
  EXPECT_EQ(imagenet_class(1440765), std::nullopt);
  EXPECT_EQ(imagenet_class(0), std::nullopt);
  EXPECT_EQ(imagenet_class(99999999), std::nullopt);
  for (const std::string_view name : imagenet_names()) EXPECT_FALSE(name.empty());
}

TEST(Labels, FindsTheWnidAtTheFrontOfAName) {
  EXPECT_EQ(wnid_of("n01440764_tench.JPEG"), 1440764U);
  EXPECT_EQ(wnid_of("n01440764"), 1440764U);
  EXPECT_EQ(wnid_of("n01440764.jpg"), 1440764U);
  for (const char* other : {"", "n0144076", "n014407641.jpg", "n0144076x", "x01440764", "N01440764_a", "n01440764a"})
    EXPECT_EQ(wnid_of(other), std::nullopt) << other;
}

// The list with which Coral's models come: background, then the 1000 classes with all their words.
TEST(Labels, AgreesWithTheListOf1001Labels) {
  const auto list = shared_data("photos/imagenet_labels_1001.txt");
  if (!list) GTEST_SKIP() << "no shared data (set DLAS_SHARED)";
  std::ifstream lines(*list);
  std::string line;
  std::getline(lines, line);
  EXPECT_EQ(line, "background");
  for (const std::string_view name : imagenet_names()) {
    ASSERT_TRUE(std::getline(lines, line));
    EXPECT_EQ(line.substr(0, line.find(',')), name);
  }
}

// The photos' names hold a wnid and a word, made by others: n01440764_tench.JPEG.
TEST(Labels, AgreesWithTheNamesOfThePhotos) {
  const auto folder = shared_data("photos/imagenet-sample");
  if (!folder) GTEST_SKIP() << "no shared data (set DLAS_SHARED)";
  const auto list = shared_data("photos/imagenet_labels_1001.txt");
  std::ifstream in(*list);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  const auto letters = [](std::string_view text) {
    std::string out;
    for (const char c : text)
      if (std::isalpha(static_cast<unsigned char>(c)))
        out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return out;
  };
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(*folder)) {
    const std::string name = entry.path().stem().string();
    const int label = *imagenet_class(*wnid_of(name));
    EXPECT_NE(letters(lines[static_cast<std::size_t>(label) + 1]).find(letters(name.substr(10))), std::string::npos)
        << name;
    ++count;
  }
  EXPECT_EQ(count, 200);
}

const ClassSet kImagenet{true, 1000, {}};
const ClassSet kTen{false, 10, {}};

TEST(Labels, PutsTheBackgroundFirstFor1001Outputs) {
  EXPECT_EQ(label_map(kImagenet, 1000, std::nullopt)->output_of(7), 7);
  EXPECT_EQ(label_map(kImagenet, 1001, std::nullopt)->output_of(7), 8);
  EXPECT_EQ(label_map(kImagenet, 1001, LabelKind::wnid)->output_of(7), 8);
  EXPECT_EQ(label_map(kImagenet, 1001, LabelKind::classes1001)->label_of(0), std::nullopt);
  EXPECT_EQ(label_map(kImagenet, 1001, LabelKind::classes1001)->label_of(8), 7);
  EXPECT_EQ(label_map(kTen, 10, std::nullopt)->output_of(9), 9);
  EXPECT_EQ(label_map(kTen, 12, std::nullopt)->output_of(9), 9);
}

TEST(Labels, RefusesSizesThatDoNotFit) {
  EXPECT_EQ(message_of(label_map(kImagenet, 10, std::nullopt)),
            "expected a model of 1000 or 1001 outputs for ImageNet's classes, found 10 outputs");
  EXPECT_EQ(message_of(label_map(kImagenet, 1001, LabelKind::classes1000)),
            "expected a model of 1000 outputs for ImageNet's classes, found 1001 outputs");
  EXPECT_EQ(message_of(label_map(kTen, 9, std::nullopt)),
            "expected a model of at least 10 outputs for the dataset's classes, found 9 outputs");
  EXPECT_EQ(message_of(label_map(kTen, 10, LabelKind::wnid)),
            "expected a dataset labelled by wnid for labels(wnid), found other labels");
}

}  // namespace
}  // namespace dlas::data
