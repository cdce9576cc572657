#include "data/archive/zip.h"

#include <gtest/gtest.h>

#include "data/fixture_testing.h"

namespace dlas::data {
namespace {

const std::vector<ZipEntry> kTwo = {{"a", "first"}, {"b", "second"}};

std::string error_of(std::string_view bytes) { return message_of(read_zip(as_bytes(bytes))); }

// Overwrites bytes at the n-th occurrence of a mark plus an offset.
std::string patched(std::string bytes, std::string_view mark, int occurrence, std::size_t offset,
                    std::string_view with) {
  std::size_t at = bytes.find(mark);
  for (int i = 1; i < occurrence; ++i) at = bytes.find(mark, at + 1);
  return bytes.replace(at + offset, with.size(), with);
}

constexpr std::string_view kLocal("PK\3\4"), kCentral("PK\1\2"), kEnd("PK\5\6");

TEST(Zip, ReadsWhatItWrites) {
  const std::string bytes = write_zip(kTwo);
  const auto members = read_zip(as_bytes(bytes));
  ASSERT_TRUE(members.ok()) << message_of(members);
  ASSERT_EQ(members->size(), 2U);
  std::string room;
  const auto second = unpack((*members)[1], room);
  EXPECT_EQ((*members)[1].name, "b");
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(second->data()), second->size()), "second");
  EXPECT_TRUE(read_zip(as_bytes(write_zip({})))->empty());
}

TEST(Zip, RefusesMembersThatOverlap) {
  // The bytes of 'a' hold a second local header of 'b', and the directory is made to point there: 30 bytes and a name on.
  const std::string inner = write_zip(std::vector<ZipEntry>{{"b", "second"}}).substr(0, 30 + 1 + 6);
  const std::vector<ZipEntry> entries = {{"a", inner}, {"b", "second"}};
  const std::string bytes = write_zip(entries);
  EXPECT_TRUE(read_zip(as_bytes(bytes)).ok());
  EXPECT_EQ(error_of(patched(bytes, kCentral, 2, 42, std::string("\x1f\0\0\0", 4))),
            "expected zip members beside each other, found overlapping ones");
}

TEST(Zip, RefusesANameTwice) {
  const std::vector<ZipEntry> entries = {{"a", "1"}, {"a", "2"}};
  EXPECT_EQ(error_of(write_zip(entries)), "expected each zip member once, found 'a' twice");
}

// Zip64 puts numbers that need more than 32 bits into an extra field; small ones may stand there, too.
TEST(Zip, ReadsSizesFromTheZip64Field) {
  const std::string small = write_zip(std::vector<ZipEntry>{{"a", "first"}});
  const std::size_t directory = small.find(kCentral), end = small.find(kEnd);
  std::string entry = small.substr(directory, end - directory);
  entry.replace(20, 8, std::string(8, '\xff'));  // both sizes
  entry.replace(42, 4, std::string(4, '\xff'));  // the offset
  entry[30] = 28;                                // length of the extra field
  const auto eight = [](char value) { return std::string(1, value) + std::string(7, '\0'); };
  entry += std::string("\1\0\x18\0", 4) + eight(5) + eight(5) + eight(0);
  std::string tail = small.substr(end);
  tail[12] = static_cast<char>(entry.size());
  const std::string bytes = small.substr(0, directory) + entry + tail;
  const auto members = read_zip(as_bytes(bytes));
  ASSERT_TRUE(members.ok()) << message_of(members);
  EXPECT_EQ((*members)[0].size, 5U);
}

TEST(Zip, RefusesWhatDisagrees) {
  const std::string bytes = write_zip(kTwo);
  EXPECT_EQ(error_of(patched(bytes, kLocal, 2, 30, "c")),
            "byte 36: expected the name and method of the directory in the local header, found others");
  EXPECT_EQ(error_of(patched(bytes, kCentral, 1, 8, "\1")),
            "byte 73: expected members without encryption, found encrypted");
  EXPECT_EQ(error_of(patched(bytes, kCentral, 1, 10, "\x0c")),
            "byte 73: expected stored or deflated members, found method 12");
  EXPECT_EQ(error_of(patched(bytes, kCentral, 1, 24, "\7")), "byte 73: expected a stored member of 7 bytes, found 5");
  EXPECT_EQ(error_of(patched(bytes, kEnd, 1, 10, "\x63")),
            "byte 73: expected a zip directory of 99 members, found 94 bytes");
  EXPECT_EQ(error_of("PK\3\4 and no end record of a zip"), "expected a zip archive's end record, found none");
}

TEST(Zip, ChecksTheCrc) {
  const std::string bytes = patched(write_zip(kTwo), "first", 1, 0, "F");
  std::string room;
  EXPECT_EQ(message_of(unpack((*read_zip(as_bytes(bytes)))[0], room)),
            "expected bytes with the CRC of the zip directory, found another CRC");
}

TEST(Zip, RefusesEveryTruncation) {
  const std::string bytes = write_zip(kTwo);
  for (std::size_t n = 0; n < bytes.size(); ++n) EXPECT_FALSE(read_zip(as_bytes(bytes.substr(0, n))).ok()) << n;
}

// What zip64 looks like in a small archive: the writer's own end records for more members than 16 bits count.
TEST(Zip, CountsBeyondSixteenBits) {
  std::vector<ZipEntry> many;
  for (int i = 0; i < 70'000; ++i) many.push_back({std::to_string(i), ""});
  const std::string bytes = write_zip(many);
  const auto members = read_zip(as_bytes(bytes));
  ASSERT_TRUE(members.ok()) << message_of(members);
  EXPECT_EQ(members->size(), 70'000U);
}

}  // namespace
}  // namespace dlas::data
