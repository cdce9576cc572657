#include "base/archive/inflate.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include "base/limits.h"

namespace dlas {
namespace {

std::span<const std::byte> as_bytes(std::string_view chars) {
  return std::as_bytes(std::span(chars.data(), chars.size()));
}
std::string message_of(const Result<std::string>& r) { return r.ok() ? "" : r.error().message(); }

std::string deflated(std::string_view bytes, int window) {
  z_stream z = {};
  EXPECT_EQ(deflateInit2(&z, 9, Z_DEFLATED, window, 9, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(bytes.size() + 100, '\0');
  z.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(bytes.data()));
  z.avail_in = static_cast<uInt>(bytes.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&z, Z_FINISH), Z_STREAM_END);
  out.erase(z.total_out);
  deflateEnd(&z);
  return out;
}

const std::string kText = "to be or not to be, that is the question; to be or not to be";

TEST(Inflate, UnpacksGzipOfSeveralMembers) {
  const std::string one = deflated(kText, 31);
  EXPECT_EQ(*gunzip(as_bytes(one)), kText);
  EXPECT_EQ(*gunzip(as_bytes(one + one)), kText + kText);
}

TEST(Inflate, RefusesEveryTruncationAndTail) {
  const std::string gzip = deflated(kText, 31), bare = deflated(kText, -15);
  for (std::size_t n = 0; n < gzip.size(); ++n) EXPECT_FALSE(gunzip(as_bytes(gzip.substr(0, n))).ok()) << n;
  for (std::size_t n = 0; n < bare.size(); ++n)
    EXPECT_FALSE(inflate_exactly(as_bytes(bare.substr(0, n)), kText.size()).ok()) << n;
  EXPECT_EQ(message_of(gunzip(as_bytes(gzip + "x"))), "expected a whole compressed stream, found its end is missing");
  EXPECT_EQ(message_of(gunzip(as_bytes(gzip + "xyz"))), "expected a compressed stream, found incorrect header check");
  EXPECT_EQ(message_of(inflate_exactly(as_bytes(bare + "xyz"), kText.size())),
            "expected the end of the compressed stream, found 3 bytes more");
}

TEST(Inflate, WantsTheSizeThatWasPromised) {
  const std::string bare = deflated(kText, -15);
  EXPECT_EQ(*inflate_exactly(as_bytes(bare), kText.size()), kText);
  EXPECT_EQ(message_of(inflate_exactly(as_bytes(bare), kText.size() - 1)),
            "expected at most 59 inflated bytes, found more");
  EXPECT_EQ(message_of(inflate_exactly(as_bytes(bare), kText.size() + 1)), "expected 61 inflated bytes, found 60");
  EXPECT_EQ(message_of(inflate_exactly(as_bytes(bare), 1'000'000)),
            "expected a size that deflate can reach from " + std::to_string(bare.size()) + " bytes, found 1000000");
}

TEST(Inflate, StopsAtTheLimit) {
  const std::string bomb = deflated(std::string(5'000'000, 'x'), 31);
  const std::uint64_t before = limits().inflated_bytes;
  limits().inflated_bytes = 5'000'000;
  EXPECT_TRUE(gunzip(as_bytes(bomb)).ok());
  limits().inflated_bytes = 4'999'999;
  EXPECT_EQ(message_of(gunzip(as_bytes(bomb))), "expected at most 4999999 inflated bytes, found more");
  limits().inflated_bytes = before;
}

}  // namespace
}  // namespace dlas
