// Decoding against Pillow's pixels (fixtures/README.md), and what happens to damaged pictures.
#include "data/image.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <cstdio>  // jpeglib.h needs FILE
#include <cstdlib>
#include <iomanip>
#include <sstream>

#include <jpeglib.h>

#include "base/limits.h"
#include "data/fixture_testing.h"
#include "data/image/color.h"

namespace dlas::data {
namespace {

struct Expected {
  std::string name;
  int width = 0, height = 0;
  std::string crc;
};

std::vector<Expected> fixtures() {
  std::istringstream lines(fixture_bytes("images/pixels.txt"));
  std::vector<Expected> out;
  for (Expected e; lines >> e.name >> e.width >> e.height >> e.crc;) out.push_back(e);
  return out;
}

std::string hex(std::uint32_t value) {
  std::ostringstream out;
  out << std::hex << std::setw(8) << std::setfill('0') << value;
  return out.str();
}

Result<Image> decode(std::string_view bytes) { return decode_image(as_bytes(bytes)); }

std::string big_endian(std::uint32_t value) {
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift);
  return out;
}

std::string chunk(std::string_view kind, std::string_view data) {
  const std::string body = std::string(kind) + std::string(data);
  return big_endian(static_cast<std::uint32_t>(data.size())) + body + big_endian(crc(as_bytes(body)));
}

std::string png(std::uint32_t width, std::uint32_t height, int depth, int color, std::string_view rows,
                std::string_view extra = "") {
  std::string packed(compressBound(rows.size()), '\0');
  uLongf size = packed.size();
  compress(reinterpret_cast<Bytef*>(packed.data()), &size, reinterpret_cast<const Bytef*>(rows.data()), rows.size());
  std::string header = big_endian(width) + big_endian(height);
  header += {static_cast<char>(depth), static_cast<char>(color), 0, 0, 0};
  return "\x89PNG\r\n\x1a\n" + chunk("IHDR", header) + std::string(extra) + chunk("IDAT", packed.substr(0, size)) +
         chunk("IEND", "");
}

class Limit {  // a limit for the length of a test
 public:
  Limit(std::uint64_t Limits::* field, std::uint64_t value) : field_(field), before_(limits().*field) {
    limits().*field = value;
  }
  ~Limit() { limits().*field_ = before_; }
  Limit(const Limit&) = delete;
  Limit& operator=(const Limit&) = delete;

 private:
  std::uint64_t Limits::* field_;
  std::uint64_t before_;
};

TEST(Image, DecodesEveryFixtureToPillowsPixels) {
  ASSERT_EQ(fixtures().size(), 40U);
  for (const Expected& e : fixtures()) {
    auto image = decode(fixture_bytes("images/" + e.name));
    ASSERT_TRUE(image.ok()) << e.name << ": " << image.error().message();
    const Image rgb = to_rgb(*image);
    EXPECT_EQ(rgb.width, e.width) << e.name;
    EXPECT_EQ(rgb.height, e.height) << e.name;
    EXPECT_EQ(hex(crc(std::as_bytes(std::span(rgb.pixels)))), e.crc) << e.name;
  }
}

TEST(Image, KeepsGreyPicturesAsOneChannel) {
  for (const char* name : {"gray.jpg", "gray1.png", "gray16.png", "graya8.png", "gray15.pgm"})
    EXPECT_EQ(decode(fixture_bytes(std::string("images/") + name))->channels, 1) << name;
}

TEST(Image, LeavesTheOrientationWhenAsked) {
  const std::string bytes = fixture_bytes("images/exif6.jpg");
  const auto stored = decode_image(as_bytes(bytes), Orientation::as_stored);
  EXPECT_EQ(stored->width, 35);
  EXPECT_EQ(decode_image(as_bytes(bytes))->width, 21);
}

TEST(Image, RefusesEveryTruncationOfEveryFixture) {
  for (const Expected& e : fixtures()) {
    const std::string bytes = fixture_bytes("images/" + e.name);
    for (std::size_t length = 0; length < bytes.size(); ++length)
      EXPECT_FALSE(decode(bytes.substr(0, length)).ok()) << e.name << " cut to " << length << " bytes";
  }
}

TEST(Image, SurvivesEveryFlippedByte) {
  for (const Expected& e : fixtures()) {
    std::string bytes = fixture_bytes("images/" + e.name);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      const char before = bytes[i];
      for (const int mask : {0x01, 0x80, 0xff}) {
        bytes[i] = static_cast<char>(before ^ mask);
        const auto image = decode(bytes);
        if (!image.ok()) continue;
        EXPECT_EQ(image->pixels.size(), image->row_bytes() * static_cast<std::size_t>(image->height));
      }
      bytes[i] = before;
    }
  }
}

TEST(Image, GoesByTheFirstBytes) {
  EXPECT_EQ(message_of(decode("")), "expected a JPEG, PNG, BMP, PGM or PPM picture, found an empty file");
  EXPECT_EQ(message_of(decode("GIF89a....")),
            "expected a JPEG, PNG, BMP, PGM or PPM picture, found bytes 47 49 46 38 39 61 2e 2e");
  EXPECT_EQ(picture_kind(as_bytes("BM")), "a BMP picture");
  EXPECT_EQ(picture_kind(as_bytes("GIF")), "");
}

TEST(Image, NamesTheFileThatItCannotRead) {
  const TemporaryFolder folder;
  folder.write("cut.jpg", fixture_bytes("images/420.jpg").substr(0, 600));
  EXPECT_EQ(message_of(read_image(folder.path("cut.jpg"))),
            folder.path("cut.jpg") + ": expected an undamaged JPEG picture, found Premature end of JPEG file");
  EXPECT_EQ(message_of(read_image(folder.path())), folder.path() + ": expected a regular file, found a folder");
}

TEST(Image, ChecksThePixelLimitBeforeDecoding) {
  const std::string bytes = fixture_bytes("images/420.jpg");  // 35 x 21 = 735
  {
    const Limit limit(&Limits::image_pixels, 735);
    EXPECT_TRUE(decode(bytes).ok());
  }
  const Limit limit(&Limits::image_pixels, 734);
  EXPECT_EQ(message_of(decode(bytes)), "expected at most 734 pixels, found 35 x 21");
}

TEST(Image, ChecksTheFileLimit) {
  const std::string bytes = fixture_bytes("images/rgb.ppm");
  const Limit limit(&Limits::image_file_bytes, bytes.size() - 1);
  EXPECT_EQ(message_of(decode(bytes)), "expected a picture file of at most 199 bytes, found 200 bytes");
}

TEST(Image, ChecksTheNumberOfScans) {
  const std::string bytes = fixture_bytes("images/progressive.jpg");  // ten scans
  {
    const Limit limit(&Limits::jpeg_scans, 10);
    EXPECT_TRUE(decode(bytes).ok());
  }
  const Limit limit(&Limits::jpeg_scans, 9);
  EXPECT_EQ(message_of(decode(bytes)), "expected at most 9 scans in a JPEG picture of this size, found more");
}

TEST(Image, RefusesAJpegTooSmallForItsPixels) {
  std::string bytes = fixture_bytes("images/gray.jpg");
  const std::size_t frame = bytes.find("\xff\xc0");
  bytes.replace(frame + 5, 4, "\x23\x28\x23\x28");  // 9000 x 9000
  EXPECT_EQ(message_of(decode(bytes)), "expected at least 158203 bytes for its pixels, found 614 bytes");
}

// A colour JPEG of 8 x 8 whose three components have a scan each.
std::string three_scans() {
  jpeg_compress_struct jpeg;
  jpeg_error_mgr errors;
  jpeg.err = jpeg_std_error(&errors);
  jpeg_create_compress(&jpeg);
  unsigned char* memory = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&jpeg, &memory, &size);
  jpeg.image_width = jpeg.image_height = 8;
  jpeg.input_components = 3;
  jpeg.in_color_space = JCS_RGB;
  jpeg_set_defaults(&jpeg);
  jpeg_scan_info scans[3] = {};
  for (int i = 0; i < 3; ++i) scans[i].comps_in_scan = 1, scans[i].component_index[0] = i, scans[i].Se = 63;
  jpeg.scan_info = scans;
  jpeg.num_scans = 3;
  jpeg_start_compress(&jpeg, TRUE);
  std::vector<unsigned char> row(24, 200);
  for (int y = 0; y < 8; ++y) {
    JSAMPROW rows = row.data();
    jpeg_write_scanlines(&jpeg, &rows, 1);
  }
  jpeg_finish_compress(&jpeg);
  jpeg_destroy_compress(&jpeg);
  const std::string out(reinterpret_cast<const char*>(memory), size);
  std::free(memory);
  return out;
}

TEST(Image, RefusesAJpegThatLacksTheScanOfAComponent) {
  std::string bytes = three_scans();
  EXPECT_TRUE(decode(bytes).ok());
  const std::size_t last = bytes.rfind("\xff\xda");  // its header of 10 bytes and its code, up to the end marker
  bytes.erase(last, bytes.size() - 2 - last);
  EXPECT_EQ(message_of(decode(bytes)),
            "expected a scan for each component of the JPEG picture, found none for component 3");
}

TEST(Image, RefusesAPngTooSmallForItsPixels) {
  EXPECT_EQ(message_of(decode(png(9000, 9000, 8, 2, "tiny"))),
            "expected at least 235465 bytes for its pixels, found 69 bytes");
}

TEST(Image, RefusesAPngWithoutAllItsRows) {
  EXPECT_EQ(message_of(decode(png(2, 2, 8, 0, std::string("\0ab", 3)))),
            "expected an undamaged PNG picture, found Not enough image data");
}

TEST(Image, RefusesAPngWithBytesBehindItsRows) {
  EXPECT_EQ(message_of(decode(png(2, 1, 8, 0, std::string("\0abcdef", 7)))),
            "expected an undamaged PNG picture, found IDAT: Too much image data");
}

TEST(Image, RefusesAPaletteIndexWithoutColour) {
  const std::string palette = chunk("PLTE", "abcdef");
  EXPECT_TRUE(decode(png(2, 1, 8, 3, std::string("\0\0\1", 3), palette)).ok());
  EXPECT_EQ(message_of(decode(png(2, 1, 8, 3, std::string("\0\0\2", 3), palette))),
            "expected palette indices below 2, found 2");
}

TEST(Image, SkipsCompressedTextInAPng) {
  std::string text(1 << 20, 'x'), packed(compressBound(text.size()), '\0');
  uLongf size = packed.size();
  compress(reinterpret_cast<Bytef*>(packed.data()), &size, reinterpret_cast<const Bytef*>(text.data()), text.size());
  const std::string extra = chunk("zTXt", std::string("a\0\0", 3) + packed.substr(0, size));
  const auto image = decode(png(2, 1, 8, 0, std::string("\0\7\x8", 3), extra));
  ASSERT_TRUE(image.ok()) << image.error().message();
  EXPECT_THAT(image->pixels, testing::ElementsAre(7, 8));
}

TEST(Image, ReadsBothDirectionsOfABmp) {
  const std::string up = fixture_bytes("images/24.bmp");
  std::string down = up;
  down.replace(22, 4, std::string("\xf9\xff\xff\xff"));  // height -7
  const auto a = decode(up), b = decode(down);
  ASSERT_TRUE(a.ok() && b.ok());
  for (int y = 0; y < 7; ++y) EXPECT_TRUE(std::ranges::equal(a->row(y), b->row(6 - y)));
}

TEST(Image, RefusesACompressedBmp) {
  std::string bytes = fixture_bytes("images/8.bmp");
  bytes[30] = 1;
  EXPECT_EQ(message_of(decode(bytes)), "expected an uncompressed BMP picture, found compression 1");
}

TEST(Image, RefusesAPgmOfSixteenBits) {
  EXPECT_EQ(message_of(decode("P5 1 1 65535\nab")), "expected a largest value of 1 to 255, found 65535");
  EXPECT_EQ(message_of(decode("P5 2 2 255\nab")), "expected 4 bytes of pixels, found 2 bytes");
  EXPECT_EQ(message_of(decode("P5 -2 2 255\nab")),
            "byte 3: expected width, height and largest value in digits, found something else");
  EXPECT_EQ(message_of(decode("P5 0 2 255\nab")), "expected a picture of at least 1 x 1 pixels, found 0 x 2");
}

// The real pictures: against CRCs would need their pixels in the tree; here only that each is read whole.
TEST(Image, ReadsEveryRealPhoto) {
  const auto folder = shared_data("photos/imagenet-sample");
  if (!folder) GTEST_SKIP() << "no shared data (set DLAS_SHARED)";
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(*folder)) {
    const auto image = read_image(entry.path().string());
    EXPECT_TRUE(image.ok()) << message_of(image);
    ++count;
  }
  EXPECT_EQ(count, 200);
}

}  // namespace
}  // namespace dlas::data
