// Options of custom operators. The bytes of the first test are what flatbuffers 25's Python writer makes of the map.
#include "model/format/tflite/flexbuffer.h"

#include <gtest/gtest.h>

#include <vector>

namespace dlas::tflite {
namespace {

std::vector<std::byte> bytes_of(const std::vector<int>& values) {
  std::vector<std::byte> out;
  for (const int v : values) out.push_back(static_cast<std::byte>(v));
  return out;
}

// {"max": 8, "near": 0.5, "on": True, "x": -300}
const std::vector<int> kMap = {109, 97, 120, 0, 110, 101, 97,  114, 0,   111, 110, 0,  120, 0, 4,  15, 12, 8, 6,
                               0,   5,  0,   0, 0,   1,   0,   0,   0,   4,   0,   0,  0,   8, 0,  0,  0,  0, 0,
                               0,   63, 1,   0, 0,   0,   212, 254, 255, 255, 6,   14, 106, 6, 20, 38, 1};

TEST(Flexbuffer, ReadsNumbersOfEveryKind) {
  const auto options = read_options(bytes_of(kMap));
  ASSERT_TRUE(options.ok()) << options.error().message();
  const std::map<std::string, double> expected = {{"max", 8}, {"near", 0.5}, {"on", 1}, {"x", -300}};
  EXPECT_EQ(*options, expected);
}

TEST(Flexbuffer, RefusesOtherRoots) {
  EXPECT_EQ(read_options(bytes_of({5, 4, 1})).error().message(),
            "expected options as a FlexBuffers map, found other bytes");
  EXPECT_FALSE(read_options({}).ok());
}

TEST(Flexbuffer, AnswersWhateverOneByteBecomes) {
  for (std::size_t cut = 0; cut < kMap.size(); ++cut) {
    std::vector<int> part(kMap.begin() + static_cast<std::ptrdiff_t>(cut), kMap.end());
    (void)read_options(bytes_of(part)).ok();
  }
  for (std::size_t i = 0; i < kMap.size(); ++i)
    for (const int value : {0, 1, 0x7F, 0x80, 0xFF}) {
      std::vector<int> changed = kMap;
      changed[i] = value;
      (void)read_options(bytes_of(changed)).ok();
    }
}

}  // namespace
}  // namespace dlas::tflite
