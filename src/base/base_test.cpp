#include "base/base.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <limits>
#include <set>
#include <vector>

#include "base/checked.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/tensor.h"
#include "base/text.h"
#include "base/threads.h"

namespace dlas {
namespace {

class Folder {
 public:
  Folder() {
    std::string name = ::testing::TempDir() + "dlas-XXXXXX";
    path_ = mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

TEST(Half, EveryBitPatternSurvivesTheRoundTrip) {
  for (unsigned bits = 0; bits < 0x10000; ++bits) {
    const float value = half_value(static_cast<std::uint16_t>(bits));
    if (std::isnan(value)) EXPECT_TRUE(std::isnan(half_value(half_bits(value))));
    else EXPECT_EQ(half_bits(value), bits);
  }
}

TEST(Half, RoundsTiesToEvenAndOverflowsToInfinity) {
  EXPECT_EQ(half_bits(2049.0F), half_bits(2048.0F));  // 2049 lies between 2048 and 2050; 2048 is even
  EXPECT_EQ(half_bits(2051.0F), half_bits(2052.0F));
  EXPECT_EQ(half_bits(65519.0F), 0x7bff);
  EXPECT_EQ(half_bits(65520.0F), 0x7c00);
  EXPECT_EQ(half_bits(0x1p-25), 0x0000);
  EXPECT_EQ(half_bits(0x1.8p-25), 0x0001);
}

TEST(BFloat16, RoundsOnceFromDouble) {
  EXPECT_EQ(bfloat16_bits(1.0), 0x3f80);
  EXPECT_EQ(bfloat16_bits(1.00390625), 0x3f80);            // a tie, to even
  EXPECT_EQ(bfloat16_bits(1.00390625 + 0x1p-40), 0x3f81);  // float32 would have lost the 2^-40
  EXPECT_EQ(bfloat16_bits(std::numeric_limits<double>::max()), 0x7f80);
}

TEST(Tensor, ReadsPackedFourBitValuesLowHalfFirst) {
  const std::byte bytes[] = {std::byte{0x8f}, std::byte{0x07}};
  const auto t = Tensor::view(DType::i4, {3}, bytes, nullptr);
  ASSERT_TRUE(t.ok());
  EXPECT_EQ(t->integers(), (std::vector<std::int64_t>{-1, -8, 7}));
  EXPECT_TRUE(t->widened().packed(DType::i4).same_bits(*t));
}

TEST(Tensor, CopiesAViewThatIsNotAlignedOnlyWhenItsElementsAreRead) {
  alignas(8) std::array<std::byte, 1 + 4 * sizeof(float)> storage{};
  const std::array<float, 4> values{1.5F, -2, 0, 7};
  std::memcpy(storage.data() + 1, values.data(), sizeof values);
  reset_largest_tensor_request();
  const Tensor t = Tensor::view(DType::f32, {4}, std::span(storage).subspan(1), nullptr).value();
  const Tensor square = t.reshaped({2, 2});
  EXPECT_EQ(t.bytes().data(), storage.data() + 1);
  EXPECT_EQ(largest_tensor_request(), 0U);
  std::vector<const float*> seen(64);
  parallel_for(64,
               [&](std::int64_t i) { seen[static_cast<std::size_t>(i)] = (i % 2 ? t : square).as<float>().data(); });
  EXPECT_EQ(std::set(seen.begin(), seen.end()).size(), 1U);
  EXPECT_TRUE(std::ranges::equal(t.as<float>(), values));
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(t.as<float>().data()) % alignof(float), 0U);
  EXPECT_EQ(largest_tensor_request(), sizeof values);
}

TEST(Tensor, RefusesBytesThatDoNotFitTheShape) {
  const std::byte bytes[7] = {};
  EXPECT_EQ(Tensor::view(DType::f32, {2}, bytes, nullptr).error().message(),
            "expected 8 bytes for float32 [2], found 7 bytes");
}

TEST(Tensor, RefusesAShapeWhoseSizeOverflows) {
  EXPECT_FALSE(Tensor::zeros(DType::f32, {1LL << 40, 1LL << 40}).ok());
  EXPECT_FALSE(Tensor::zeros(DType::f32, {-1}).ok());
}

TEST(Shape, BroadcastsAsNumPy) {
  EXPECT_EQ(broadcast(Shape{3, 1, 5}, Shape{4, 1}), (Shape{3, 4, 5}));
  EXPECT_EQ(broadcast(Shape{2}, Shape{3}), std::nullopt);
  EXPECT_EQ(broadcast(Shape{0}, Shape{1}), (Shape{0}));
}

TEST(Walk, VisitsABroadcastInRowMajorOrder) {
  const Shape shape{2, 3};
  std::vector<std::int64_t> seen;
  for (Walk<1> w(shape, {broadcast_strides(Shape{2, 1}, shape)}); !w.done(); w.next()) seen.push_back(w.offset(0));
  EXPECT_EQ(seen, (std::vector<std::int64_t>{0, 0, 0, 1, 1, 1}));
}

TEST(Checked, ProductsThatOverflowAreNothingEvenBesideAZero) {
  EXPECT_EQ(checked_product(Shape{1LL << 40, 1LL << 40}), std::nullopt);
  EXPECT_EQ(checked_product(Shape{-1, 0}), std::nullopt);
  EXPECT_EQ(checked_product(Shape{0, 7}), 0);
}

TEST(Text, ShowsControlsAndBidirectionalOverridesAsEscapes) {
  EXPECT_EQ(for_terminal("a\x1b[31m\n\xe2\x80\xae\xff"), "a\\x1b[31m\\n\\u{202e}\\xff");
  EXPECT_EQ(for_terminal(std::string(300, 'x')).size(), 203U);
  EXPECT_EQ(for_html("<b a='\"'>&"), "&lt;b a=&#39;&quot;&#39;&gt;&amp;");
  EXPECT_EQ(for_csv("=1+1,\"x\""), "\"'=1+1,\"\"x\"\"\"");
  EXPECT_EQ(valid_utf8("\xc0\xaf"), "\xef\xbf\xbd\xef\xbf\xbd");
}

TEST(Error, SaysFilePlaceExpectedAndFoundInThisOrder) {
  Error e = make_error(Code::type, "one float32", "float64 [1]");
  e.in("m.onnx").at_node("features.3/Clip", "Clip").at_slot("input 2 'max'");
  EXPECT_EQ(e.message(),
            "m.onnx: node 'features.3/Clip' (Clip), input 2 'max': expected one float32, found float64 [1]");
}

TEST(File, RefusesAFifoWithoutWaiting) {
  const Folder folder;
  ASSERT_EQ(mkfifo((folder / "pipe").c_str(), 0600), 0);
  EXPECT_EQ(open_file(folder / "pipe").error().message(),
            (folder / "pipe") + ": expected a regular file, found a FIFO");
  EXPECT_EQ(open_beneath(folder.path(), "pipe").error().code, Code::special_file);
}

TEST(File, RefusesPathsThatLeaveTheFolder) {
  const Folder folder;
  ASSERT_TRUE(write_file(folder / "inside", "x").ok());
  ASSERT_EQ(symlink("/etc/passwd", (folder / "link").c_str()), 0);
  ASSERT_EQ(link((folder / "inside").c_str(), (folder / "hard").c_str()), 0);
  for (const char* path : {"../inside", "/etc/passwd", "a/../../b", "link", "hard", ""})
    EXPECT_EQ(open_beneath(folder.path(), path).error().code, Code::containment) << path;
  EXPECT_EQ(open_beneath(folder.path(), "missing").error().code, Code::not_found);
}

TEST(File, WritesWholeFilesAndNothingBesideThem) {
  const Folder folder;
  ASSERT_TRUE(write_file(folder / "out", "one").ok());
  ASSERT_TRUE(write_file(folder / "out", "two").ok());
  EXPECT_EQ(*read_text(folder / "out", 10), "two");
  EXPECT_EQ(list_folder(folder.path())->files, std::vector<std::string>{"out"});
  EXPECT_FALSE(write_file(folder / "no/such", "x").ok());
}

TEST(Hash, IsTheSameOnEveryMachine) {
  EXPECT_EQ(text(hash_of("")), "99aa06d3014798d86001c324468d497f");  // XXH3's published value for no input
  EXPECT_NE(Hasher().add("ab").add("c").finish(), Hasher().add("a").add("bc").finish());
}

TEST(ParallelFor, DoesEveryItemOnce) {
  std::vector<int> seen(1000, 0);
  parallel_for(1000, [&](std::int64_t i) { ++seen[static_cast<std::size_t>(i)]; });
  EXPECT_EQ(std::ranges::count(seen, 1), 1000);
}

}  // namespace
}  // namespace dlas
