// Resizing against what Pillow, OpenCV and TensorFlow made (fixtures/README.md): every byte and every float bit.
#include "data/resample.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <iomanip>
#include <sstream>

#include "data/fixture_testing.h"

namespace dlas::data {
namespace {

struct Case {
  std::uint32_t seed = 0;
  int width = 0, height = 0, channels = 0;
  std::string target, method, library, kind, value;
};

std::vector<Case> cases(std::string_view file) {
  std::istringstream lines(fixture_bytes(file));
  std::vector<Case> out;
  for (Case c;
       lines >> c.seed >> c.width >> c.height >> c.channels >> c.target >> c.method >> c.library >> c.kind >> c.value;)
    out.push_back(c);
  return out;
}

Image noise(const Case& c) {
  Image image{c.width, c.height, c.channels, {}};
  std::uint32_t state = c.seed;
  for (int i = 0; i < c.width * c.height * c.channels; ++i) {
    state = state * 1664525U + 1013904223U;
    image.pixels.push_back(static_cast<std::uint8_t>(state >> 24));
  }
  return image;
}

Method method_of(const std::string& name) {
  for (int i = 0; i <= static_cast<int>(Method::area); ++i)
    if (text(Method{i}) == name) return Method{i};
  ADD_FAILURE() << name;
  return Method::nearest;
}

Library library_of(const std::string& name) {
  for (int i = 0; i <= static_cast<int>(Library::tf_align); ++i)
    if (text(Library{i}) == name) return Library{i};
  ADD_FAILURE() << name;
  return Library::pil;
}

std::string hex(std::span<const std::byte> bytes) {
  std::string out;
  for (const std::byte b : bytes) {
    char pair[3];
    std::snprintf(pair, sizeof pair, "%02x", std::to_integer<unsigned>(b));
    out += pair;
  }
  return out;
}

std::string result_of(const Case& c) {
  const std::size_t cross = c.target.find('x');
  const int width = std::stoi(c.target.substr(0, cross)), height = std::stoi(c.target.substr(cross + 1));
  const auto out = resize(noise(c), width, height, method_of(c.method), library_of(c.library));
  if (!out.ok()) return out.error().message();
  const auto bytes = std::visit([](const auto& picture) { return std::as_bytes(std::span(picture.pixels)); }, *out);
  if (c.kind == "hex") return hex(bytes);
  std::ostringstream sum;
  sum << std::hex << std::setw(8) << std::setfill('0') << crc(bytes);
  return sum.str();
}

void expect_all(std::string_view file, std::size_t count) {
  const auto all = cases(file);
  EXPECT_EQ(all.size(), count);
  for (const Case& c : all)
    EXPECT_EQ(result_of(c), c.value) << c.method << " by " << c.library << ", " << c.width << "x" << c.height << "x"
                                     << c.channels << " to " << c.target;
}

TEST(Resample, EqualsPillow) { expect_all("resample_pil.txt", 108); }
TEST(Resample, EqualsPillow12) { expect_all("resample_pil12.txt", 18); }
TEST(Resample, EqualsTensorFlow) { expect_all("resample_tensorflow.txt", 117); }

TEST(Resample, EqualsOpenCvButForCubic) {
  std::size_t count = 0;
  for (const Case& c : cases("resample_opencv.txt")) {
    if (c.method == "bicubic") continue;
    ++count;
    EXPECT_EQ(result_of(c), c.value) << c.method << ", " << c.width << "x" << c.height << " to " << c.target;
  }
  EXPECT_EQ(count, 54U);
}

// Intel's library, which OpenCV calls for cubic, does not say in which order it adds: one level at most where a sum in
// float32 lies on a half.
TEST(Resample, IsOneLevelFromOpenCvInCubic) {
  std::size_t values = 0, different = 0;
  for (const Case& c : cases("resample_opencv.txt")) {
    if (c.method != "bicubic" || c.kind != "hex") continue;
    const std::string ours = result_of(c);
    ASSERT_EQ(ours.size(), c.value.size());
    for (std::size_t i = 0; i < ours.size(); i += 2, ++values) {
      const int a = std::stoi(ours.substr(i, 2), nullptr, 16), b = std::stoi(c.value.substr(i, 2), nullptr, 16);
      EXPECT_LE(std::abs(a - b), 1) << c.target;
      different += a != b;
    }
  }
  EXPECT_GT(values, 500U);
  EXPECT_LE(different, 1U);
}

TEST(Resample, LeavesAPictureOfTheSameSize) {
  Case source;
  source.width = 5, source.height = 4, source.channels = 3;
  const Image image = noise(source);
  for (int i = 0; i <= static_cast<int>(Library::opencv); ++i)
    EXPECT_EQ(std::get<Image>(*resize(image, 5, 4, Method::bicubic, Library{i})), image) << text(Library{i});
}

TEST(Resample, RefusesRealNumbersForALibraryOfBytes) {
  const auto result = resize(FloatImage{1, 1, 1, {0.5F}}, 2, 2, Method::bilinear, Library::pil);
  EXPECT_EQ(message_of(result), "expected bytes for a resize by pil, found real numbers");
}

TEST(Resample, ChecksSidesBeforeTakingMemory) {
  const Image image{1, 1, 1, {7}};
  EXPECT_EQ(message_of(resize(image, 1'000'000, 1'000, Method::nearest, Library::tf)),
            "expected at most 100000000 pixels, found 1000000 x 1000");
  EXPECT_EQ(message_of(resize(image, 0, 3, Method::nearest, Library::tf)),
            "expected a picture of at least 1 x 1 pixels, found 0 x 3");
  EXPECT_EQ(message_of(resize(image, 2'000'000, 1, Method::bicubic, Library::pil)),
            "expected sides of at most 1048576 pixels in a resize, found 2000000");
}

TEST(Resample, KnowsWhichLibraryHasWhichMethod) {
  EXPECT_TRUE(supports(Library::pil, Method::lanczos));
  EXPECT_FALSE(supports(Library::opencv, Method::lanczos));
  EXPECT_FALSE(supports(Library::tf, Method::area));
  EXPECT_TRUE(supports(Library::opencv, Method::area));
}

}  // namespace
}  // namespace dlas::data
