#include "data/image/orient.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "data/fixture_testing.h"

namespace dlas::data {
namespace {

using testing::ElementsAre;

// A picture of 3 x 2:  1 2 3
//                      4 5 6
const Image kPicture{3, 2, 1, {1, 2, 3, 4, 5, 6}};

// One case a tag, drawn by hand from the table in EXIF 2.32: where row 0 and column 0 lie.
TEST(Orient, TurnsAsExifSays) {
  EXPECT_THAT(upright(kPicture, 1).pixels, ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_THAT(upright(kPicture, 2).pixels, ElementsAre(3, 2, 1, 6, 5, 4));
  EXPECT_THAT(upright(kPicture, 3).pixels, ElementsAre(6, 5, 4, 3, 2, 1));
  EXPECT_THAT(upright(kPicture, 4).pixels, ElementsAre(4, 5, 6, 1, 2, 3));
  EXPECT_THAT(upright(kPicture, 5).pixels, ElementsAre(1, 4, 2, 5, 3, 6));
  EXPECT_THAT(upright(kPicture, 6).pixels, ElementsAre(4, 1, 5, 2, 6, 3));
  EXPECT_THAT(upright(kPicture, 7).pixels, ElementsAre(6, 3, 5, 2, 4, 1));
  EXPECT_THAT(upright(kPicture, 8).pixels, ElementsAre(3, 6, 2, 5, 1, 4));
  EXPECT_EQ(upright(kPicture, 6).width, 2);
  EXPECT_EQ(upright(kPicture, 9), kPicture);
}

std::string tiff(bool big, unsigned type, std::string_view value) {
  const auto number = [&](unsigned v, unsigned size) {
    std::string out;
    for (unsigned i = 0; i < size; ++i) out += static_cast<char>(v >> (8 * (big ? size - 1 - i : i)));
    return out;
  };
  return (big ? "MM" : "II") + number(42, 2) + number(8, 4) + number(1, 2) + number(0x112, 2) + number(type, 2) +
         number(1, 4) + std::string(value) + number(0, 4);
}

TEST(Orient, ReadsTheTagInBothByteOrders) {
  EXPECT_EQ(exif_orientation(as_bytes(tiff(false, 3, std::string("\6\0\0\0", 4)))), 6);
  EXPECT_EQ(exif_orientation(as_bytes(tiff(true, 3, std::string("\0\6\0\0", 4)))), 6);
  EXPECT_EQ(exif_orientation(as_bytes(tiff(true, 4, std::string("\0\0\0\3", 4)))), 3);
}

TEST(Orient, CountsDamagedExifAsNone) {
  const std::string whole = tiff(true, 3, std::string("\0\6\0\0", 4));
  for (std::size_t length = 0; length < 20; ++length)
    EXPECT_EQ(exif_orientation(as_bytes(whole.substr(0, length))), 0) << length;
  EXPECT_EQ(exif_orientation(as_bytes(tiff(true, 3, std::string("\0\x9\0\0", 4)))), 0);
  EXPECT_EQ(exif_orientation(as_bytes(tiff(true, 2, std::string("\0\6\0\0", 4)))), 0);
}

TEST(Orient, ReadsXmp) {
  EXPECT_EQ(xmp_orientation("<a tiff:Orientation=\"8\"/>"), 8);
  EXPECT_EQ(xmp_orientation("<tiff:Orientation>3</tiff:Orientation>"), 3);
  EXPECT_EQ(xmp_orientation("tiff:Orientation='2' tiff:Orientation"), 0);
}

}  // namespace
}  // namespace dlas::data
