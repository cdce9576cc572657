#include "model/format/tflite/flatbuffer.h"

#include <gtest/gtest.h>

#include <cstring>

#include "base/limits.h"

namespace dlas::tflite {
namespace {

// A flatbuffer by hand: every 32-bit word in its place.
struct Image {
  std::vector<std::byte> bytes;
  explicit Image(std::initializer_list<std::uint32_t> words) {
    bytes.resize(words.size() * 4);
    std::memcpy(bytes.data(), std::data(words), bytes.size());
  }
  void word(std::size_t index, std::uint32_t value) { std::memcpy(bytes.data() + 4 * index, &value, 4); }
};

constexpr std::uint32_t kIdentifier = 0x54534554;  // "TEST"

// word  0 root offset 16    1 "TEST"    2-3 field list: size 8, table size 12, field 0 at 4, field 1 at 8
//       4 table: field list 8 bytes back    5 field 0: number 42    6 field 1: offset 4 to word 7
//       7 vector of 2    8, 9 its numbers
Image small() { return Image({16, kIdentifier, 8 | 12 << 16, 4 | 8 << 16, 8, 42, 4, 2, 7, 9}); }

std::string error_of(const FlatBuffer& buffer) { return buffer.ok() ? "" : buffer.error()->message(); }

TEST(FlatBuffer, ReadsScalarsAndVectorsByFieldNumber) {
  const Image image = small();
  FlatBuffer buffer(image.bytes);
  const Table root = buffer.root("TEST");
  EXPECT_EQ(root.scalar<std::int32_t>(0, 0), 42);
  EXPECT_EQ(root.numbers<std::int32_t>(1, "numbers"), (std::vector<std::int32_t>{7, 9}));
  EXPECT_EQ(root.bytes(1, "numbers").offset, 32U);
  EXPECT_TRUE(buffer.ok());
}

TEST(FlatBuffer, GivesTheDefaultOfAFieldThatIsNotStored) {
  const Image image = small();
  FlatBuffer buffer(image.bytes);
  const Table root = buffer.root("TEST");
  EXPECT_EQ(root.scalar<float>(7, 1.5F), 1.5F);
  EXPECT_TRUE(root.numbers<float>(9, "none").empty());
  EXPECT_FALSE(root.table(9, "none").present());
  EXPECT_EQ(root.table(9, "none").scalar<std::int8_t>(0, 3), 3);
  EXPECT_TRUE(buffer.ok());
}

TEST(FlatBuffer, RefusesAnotherIdentifier) {
  const Image image = small();
  FlatBuffer buffer(image.bytes);
  EXPECT_FALSE(buffer.root("TFL3").present());
  EXPECT_EQ(error_of(buffer), "byte 4: header: expected 'TFL3', found 'TEST'");
}

TEST(FlatBuffer, RefusesARootOutsideTheFile) {
  Image image = small();
  image.word(0, 4000);
  FlatBuffer buffer(image.bytes);
  EXPECT_FALSE(buffer.root("TEST").present());
  EXPECT_EQ(error_of(buffer), "byte 4000: header: expected 4 bytes, found the file of 40 bytes ends");
}

TEST(FlatBuffer, RefusesAFieldListOutsideTheFile) {
  Image image = small();
  image.word(4, 17);  // 17 bytes back from byte 16
  FlatBuffer buffer(image.bytes);
  EXPECT_FALSE(buffer.root("TEST").present());
  EXPECT_EQ(error_of(buffer), "byte 16: root table: expected the offset of a field list in the file, found -1");
}

TEST(FlatBuffer, RefusesAFieldOutsideItsTable) {
  Image image = small();
  image.word(3, 12 | 8 << 16);
  FlatBuffer buffer(image.bytes);
  EXPECT_EQ(buffer.root("TEST").scalar<std::int32_t>(0, 5), 5);
  EXPECT_EQ(error_of(buffer), "byte 12: field 0: expected a place inside its table of 12 bytes, found 12");
}

TEST(FlatBuffer, RefusesAVectorLongerThanTheFileBeforeTakingMemory) {
  Image image = small();
  image.word(7, 0xFFFFFFFF);
  FlatBuffer buffer(image.bytes);
  EXPECT_TRUE(buffer.root("TEST").numbers<std::int64_t>(1, "numbers").empty());
  EXPECT_EQ(error_of(buffer), "byte 32: numbers: expected 34359738360 bytes, found the file of 40 bytes ends");
}

TEST(FlatBuffer, KeepsTheFirstErrorAndReadsDefaultsAfterIt) {
  Image image = small();
  image.word(7, 0xFFFFFFFF);
  FlatBuffer buffer(image.bytes);
  const Table root = buffer.root("TEST");
  (void)root.numbers<std::int64_t>(1, "numbers");
  const std::string first = error_of(buffer);
  EXPECT_EQ(root.scalar<std::int32_t>(0, 5), 5);
  EXPECT_EQ(error_of(buffer), first);
}

TEST(FlatBuffer, StopsReadingSharedVectorsAtTheBudget) {
  const Image image = small();
  FlatBuffer buffer(image.bytes);
  const Table root = buffer.root("TEST");
  for (int i = 0; i < 80; ++i) (void)root.numbers<std::int32_t>(1, "numbers");  // 80 x 8 bytes = 16 x 40
  EXPECT_TRUE(buffer.ok());
  (void)root.numbers<std::int32_t>(1, "numbers");
  EXPECT_EQ(error_of(buffer),
            "byte 28: vectors: expected each vector read once or a few times, found vectors that "
            "are shared until they hold over 16 times the file");
}

// Offsets are unsigned, so no table can hold itself.
TEST(FlatBuffer, CannotPointBackwards) {
  Image image = small();
  image.word(8, static_cast<std::uint32_t>(-16));
  FlatBuffer buffer(image.bytes);
  const Tables children = buffer.root("TEST").tables(1, "child");
  ASSERT_EQ(children.size(), 2U);
  EXPECT_FALSE(children[0].present());
  EXPECT_EQ(error_of(buffer), "byte 4294967312: child 0: expected 4 bytes, found the file of 40 bytes ends");
}

TEST(FlatBuffer, CountsTablesAgainstTheLimit) {
  const std::uint64_t before = limits().tables;
  limits().tables = 3;
  const Image image = small();
  FlatBuffer buffer(image.bytes);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(buffer.root("TEST").present());
  EXPECT_FALSE(buffer.root("TEST").present());
  EXPECT_EQ(error_of(buffer), "byte 16: root table: expected at most 3 tables, found more");
  limits().tables = before;
}

TEST(FlatBuffer, NeverReadsBeyondATruncatedFile) {
  const Image image = small();
  for (std::size_t size = 0; size < image.bytes.size(); ++size) {
    const std::vector<std::byte> shorter(image.bytes.begin(), image.bytes.begin() + static_cast<std::ptrdiff_t>(size));
    FlatBuffer buffer(shorter);
    (void)buffer.root("TEST").numbers<std::int32_t>(1, "numbers");
    EXPECT_FALSE(buffer.ok()) << size;
  }
}

}  // namespace
}  // namespace dlas::tflite
