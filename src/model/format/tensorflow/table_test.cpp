#include "model/format/tensorflow/table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "model/format/onnx/wire_testing.h"
#include "model/format/tensorflow/bundle.h"
#include "model/format/tensorflow/crc32c.h"

namespace dlas::tensorflow {
namespace {

using onnx::testing::varint;

std::string word(std::uint64_t value, int bytes) {
  std::string out;
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i));
  return out;
}

std::uint32_t masked(std::uint32_t crc) { return (crc >> 15 | crc << 17) + 0xA282EAD8U; }

std::string entry(std::uint64_t shared, const std::string& rest, const std::string& value) {
  return varint(shared) + varint(rest.size()) + varint(value.size()) + rest + value;
}

// Entries, one place where keys are whole, and the trailer.
std::string block(const std::string& entries, char compression = 0) {
  const std::string content = entries + word(0, 4) + word(1, 4);
  return content + compression + word(masked(crc32c(std::string(1, compression), crc32c(content))), 4);
}

std::string handle(std::uint64_t offset, std::uint64_t size) { return varint(offset) + varint(size); }

struct Place {
  std::uint64_t offset = 0, size = 0;
};

std::string table(const std::vector<std::string>& blocks, const std::vector<Place>& extra = {}) {
  std::string out, index;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    index += entry(0, "k" + std::to_string(i), handle(out.size(), blocks[i].size() - 5));
    out += blocks[i];
  }
  for (const Place& p : extra) index += entry(0, "l", handle(p.offset, p.size));
  const std::string index_block = block(index);
  std::string footer = handle(0, 0) + handle(out.size(), index_block.size() - 5);
  footer.resize(40);
  return out + index_block + footer + word(0xDB4775248B80FB57U, 8);
}

std::string error_of(const std::string& bytes) {
  const auto read = read_table(bytes);
  return read.ok() ? "" : read.error().message();
}

// RFC 3720, appendix B.4.
TEST(Crc32c, IsThatOfTheRfc) {
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8A9136AAU);
  EXPECT_EQ(crc32c(std::string(32, '\xFF')), 0x62A8AB43U);
  std::string ascending;
  for (int i = 0; i < 32; ++i) ascending += static_cast<char>(i);
  EXPECT_EQ(crc32c(ascending), 0x46DD794EU);
  EXPECT_EQ(crc32c(ascending.substr(5), crc32c(ascending.substr(0, 5))), 0x46DD794EU);
}

TEST(Table, PutsKeysTogetherFromWhatTheyShare) {
  const std::string bytes = table({block(entry(0, "apple", "1") + entry(4, "y", "2")), block(entry(0, "b", "3"))});
  const auto read = read_table(bytes);
  ASSERT_TRUE(read.ok()) << read.error().message();
  ASSERT_EQ(read->size(), 3U);
  EXPECT_EQ((*read)[1].key, "apply");
  EXPECT_EQ((*read)[1].value, "2");
  EXPECT_EQ((*read)[2].value, "3");
}

TEST(Table, RefusesKeysOutOfOrder) {
  EXPECT_THAT(error_of(table({block(entry(0, "b", "1") + entry(0, "a", "2"))})),
              ::testing::HasSubstr("expected keys in ascending order, found 'a' behind 'b'"));
}

TEST(Table, RefusesToShareMoreThanTheKeyBefore) {
  EXPECT_THAT(error_of(table({block(entry(0, "b", "1") + entry(2, "a", "2"))})),
              ::testing::HasSubstr("expected at most 1 bytes of the key before, found 2"));
}

TEST(Table, RefusesABlockThatIsReadTwice) {
  const std::string one = block(entry(0, "a", "1"));
  EXPECT_THAT(error_of(table({one}, {{0, one.size() - 5}})),
              ::testing::HasSubstr("expected blocks one behind the other, found one that overlaps"));
}

TEST(Table, RefusesABlockOutsideTheFile) {
  EXPECT_THAT(error_of(table({block(entry(0, "a", "1"))}, {{std::uint64_t{1} << 63, std::uint64_t{1} << 63}})),
              ::testing::HasSubstr("and its checksum, found a file of"));
}

TEST(Table, RefusesCompressedBlocks) {
  EXPECT_EQ(error_of(table({block(entry(0, "a", "1"), 1)})),
            "byte 0: expected a block without compression, found compression 1");
}

TEST(Table, RefusesEveryChangeOfAByte) {
  const std::string whole = table({block(entry(0, "apple", "1") + entry(4, "y", "2"))});
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string bytes = whole;
    bytes[i] = static_cast<char>(bytes[i] ^ 0x10);
    const bool padding = i + 48 >= whole.size() + 6 && i + 8 < whole.size();  // of the footer, which says nothing
    if (!padding) {
      EXPECT_FALSE(read_table(bytes).ok() && i + 48 < whole.size()) << i;
    }
  }
}

TEST(Table, RefusesEveryCut) {
  const std::string whole = table({block(entry(0, "apple", "1") + entry(4, "y", "2"))});
  for (std::size_t size = 0; size < whole.size(); ++size) EXPECT_FALSE(read_table(whole.substr(0, size)).ok()) << size;
}

TEST(Bundle, NeedsAHeader) {
  const auto read = read_bundle_index(table({block(entry(0, "a", "1"))}));
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().message(), "expected a header with the empty key, found none");
}

TEST(Bundle, RefusesTheBigEnd) {
  const auto read = read_bundle_index(table({block(entry(0, "", "\x08\x01\x10\x01"))}));
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().message(), "expected numbers with their little end first, found the big end");
}

TEST(Bundle, IsReadFromRealFiles) {
  std::ifstream in(DLAS_SOURCE_DIR "/src/model/format/tensorflow/fixtures/old/variables/variables.index",
                   std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  const auto read = read_bundle_index(bytes);
  ASSERT_TRUE(read.ok()) << read.error().message();
  EXPECT_EQ(read->shards, 1);
  ASSERT_EQ(read->entries.size(), 2U);
  EXPECT_EQ(read->entries.at("stem/w").shape.dims, (std::vector<std::int64_t>{3, 3, 3, 4}));
}

}  // namespace
}  // namespace dlas::tensorflow
