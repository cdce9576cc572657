#include "base/archive/zip.h"

#include <gtest/gtest.h>

namespace dlas {
namespace {

std::span<const std::byte> as_bytes(std::string_view chars) {
  return std::as_bytes(std::span(chars.data(), chars.size()));
}

template <typename T>
std::string message_of(const Result<T>& r) {
  return r.ok() ? "" : r.error().message();
}

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
  EXPECT_EQ(error_of(patched(bytes, kCentral, 1, 24, "\7")),
            "byte 0: expected the sizes and CRC of the directory in the local header, found others");
  EXPECT_EQ(error_of(patched(patched(bytes, kCentral, 1, 24, "\7"), kLocal, 1, 22, "\7")),
            "byte 73: expected a stored member of 7 bytes, found 5");
  EXPECT_EQ(error_of(patched(bytes, kEnd, 1, 10, "\1")), "byte 120: expected a zip directory of 1 members, found more");
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

TEST(Zip, TakesNamesAsNames) {
  const auto members = read_zip(as_bytes(write_zip(std::vector<ZipEntry>{{"/conv/../Conv_output_0", "x"}})));
  EXPECT_EQ((*members)[0].name, "/conv/../Conv_output_0");
}

TEST(Zip, StandsBehindAModelWhereThatIsAllowed) {
  const std::string bytes = "a model" + write_zip(kTwo);
  EXPECT_EQ(error_of(bytes), "byte 0: expected a zip archive alone, found 7 bytes that are no part of it");
  const auto members = read_zip(as_bytes(bytes), Front::anything);
  ASSERT_TRUE(members.ok()) << message_of(members);
  std::string room;
  const auto second = unpack((*members)[1], room);
  ASSERT_TRUE(second.ok()) << message_of(second);
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(second->data()), second->size()), "second");
  // Offsets that count from the file's first byte, as an archive has that was appended.
  const std::string appended = patched(patched(patched(bytes, kCentral, 1, 42, "\x07"), kCentral, 2, 42, "\x2b"), kEnd,
                                       1, 16, std::string(1, static_cast<char>(73 + 7)));
  EXPECT_TRUE(read_zip(as_bytes(appended)).ok()) << error_of(appended);
}

TEST(Zip, RefusesASizeThatTheBytesCannotInflateTo) {
  std::string bytes = write_zip(kTwo);
  for (const auto& [mark, method, size] : {std::tuple(kLocal, 8, 22), std::tuple(kCentral, 10, 24)})
    bytes = patched(patched(bytes, mark, 1, method, "\x08"), mark, 1, size, std::string("\0\0\0\x01", 4));
  const auto members = read_zip(as_bytes(bytes));
  ASSERT_TRUE(members.ok()) << message_of(members);
  std::string room;
  EXPECT_EQ(message_of(unpack((*members)[0], room)),
            "expected a size that deflate can reach from 5 bytes, found 16777216");
}

TEST(Zip, NeverReadsOutsideWhateverBitFlips) {
  const std::string bytes = "m" + write_zip(kTwo);
  for (std::size_t i = 0; i < bytes.size(); ++i)
    for (const int flip : {1, 2, 128, 255}) {
      std::string other = bytes;
      other[i] = static_cast<char>(other[i] ^ flip);
      const auto members = read_zip(as_bytes(other), Front::anything);
      if (!members.ok()) continue;
      std::string room;
      for (const ZipMember& member : *members) static_cast<void>(unpack(member, room).ok());
    }
}

}  // namespace
}  // namespace dlas
