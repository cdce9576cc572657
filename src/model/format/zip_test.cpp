#include "model/format/zip.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <cstring>

namespace dlas {
namespace {

std::string le16(unsigned v) { return {static_cast<char>(v & 255), static_cast<char>(v >> 8 & 255)}; }
std::string le32(unsigned v) { return le16(v & 65535) + le16(v >> 16); }

std::string deflated(const std::string& text) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(text.size() + 100, '\0');
  stream.next_in = reinterpret_cast<unsigned char*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<unsigned>(text.size());
  stream.next_out = reinterpret_cast<unsigned char*>(out.data());
  stream.avail_out = static_cast<unsigned>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

struct Entry {
  std::string name, text;
  bool deflate = false;
  unsigned flags = 0;
};

// An archive after APPNOTE 6.3, behind `front` bytes that are not part of it.
std::string archive(const std::vector<Entry>& entries, const std::string& front = "") {
  std::string local, central;
  for (const Entry& e : entries) {
    const std::string data = e.deflate ? deflated(e.text) : e.text;
    const auto crc = static_cast<unsigned>(
        crc32(0, reinterpret_cast<const unsigned char*>(e.text.data()), static_cast<unsigned>(e.text.size())));
    const std::string common = le16(e.flags) + le16(e.deflate ? 8 : 0) + le32(0) + le32(crc) +
                               le32(static_cast<unsigned>(data.size())) + le32(static_cast<unsigned>(e.text.size())) +
                               le16(static_cast<unsigned>(e.name.size())) + le16(0);
    central += "PK\1\2" + le16(20) + le16(20) + common + le16(0) + le16(0) + le16(0) + le32(0) +
               le32(static_cast<unsigned>(local.size())) + e.name;
    local += "PK\3\4" + le16(20) + common + e.name + data;
  }
  const auto count = le16(static_cast<unsigned>(entries.size()));
  return front + local + central + "PK\5\6" + le16(0) + le16(0) + count + count +
         le32(static_cast<unsigned>(central.size())) + le32(static_cast<unsigned>(local.size())) + le16(0);
}

std::span<const std::byte> bytes(const std::string& s) { return std::as_bytes(std::span(s)); }

TEST(Zip, ReadsStoredAndDeflatedMembersBehindAModel) {
  const std::string file = archive({{"a.txt", "cat\ndog\n"}, {"b.txt", std::string(5000, 'x'), true}}, "a model");
  const auto members = zip_members(bytes(file));
  ASSERT_TRUE(members.ok()) << members.error().message();
  ASSERT_EQ(members->size(), 2U);
  EXPECT_EQ((*members)[0].name, "a.txt");
  EXPECT_EQ(*unzip(bytes(file), (*members)[0]), "cat\ndog\n");
  EXPECT_EQ(*unzip(bytes(file), (*members)[1]), std::string(5000, 'x'));
}

TEST(Zip, SaysThatThereIsNone) {
  const std::string file = "no archive here, but long enough for one";
  EXPECT_FALSE(has_zip(bytes(file)));
  EXPECT_EQ(zip_members(bytes(file)).error().message(), "byte 40: zip archive: expected an end record, found none");
}

TEST(Zip, RefusesTwoMembersOfOneName) {
  const std::string file = archive({{"a", "1"}, {"a", "2"}});
  EXPECT_EQ(zip_members(bytes(file)).error().message(),
            "byte 111: zip archive: expected one member of each name, found two of one name");
}

TEST(Zip, RefusesAnEncryptedMember) {
  const std::string file = archive({{"a", "1", false, 1}});
  EXPECT_EQ(zip_members(bytes(file)).error().message(),
            "byte 32: zip archive: expected members without a password, found an encrypted member");
}

TEST(Zip, RefusesASizeThatTheArchiveCannotHold) {
  std::string file = archive({{"a", std::string(100, 'z'), true}});
  const auto at = file.find("PK\1\2");
  const unsigned huge = 1U << 29;
  std::memcpy(file.data() + at + 24, &huge, 4);
  EXPECT_FALSE(zip_members(bytes(file)).ok());
}

TEST(Zip, RefusesBytesThatDoNotMatchTheirCrc) {
  std::string file = archive({{"a", "hello"}});
  file[31] = 'j';
  const auto members = zip_members(bytes(file));
  ASSERT_TRUE(members.ok());
  EXPECT_EQ(unzip(bytes(file), (*members)[0]).error().message(),
            "byte 31: zip archive: expected the CRC of the directory, found another");
}

TEST(Zip, NeverReadsBeyondATruncatedArchive) {
  const std::string file = archive({{"a.txt", "cat\ndog\n"}, {"b.txt", std::string(300, 'x'), true}}, "m");
  for (std::size_t size = 0; size < file.size(); ++size)
    EXPECT_FALSE(zip_members(bytes(file.substr(0, size))).ok()) << size;
}

TEST(Zip, NeverCrashesOnAFlippedByte) {
  const std::string file = archive({{"a.txt", "cat\ndog\n"}, {"b.txt", std::string(300, 'x'), true}}, "m");
  for (std::size_t i = 0; i < file.size(); ++i)
    for (int flip : {1, 128, 255}) {
      std::string other = file;
      other[i] = static_cast<char>(other[i] ^ flip);
      const auto members = zip_members(bytes(other));
      if (!members.ok()) continue;
      for (const ZipMember& member : *members) (void)unzip(bytes(other), member).ok();
    }
}

}  // namespace
}  // namespace dlas
