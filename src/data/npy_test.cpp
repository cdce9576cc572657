// Arrays that NumPy wrote, damaged ones, and our own files byte for byte as NumPy's.
#include "data/npy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "base/archive/zip.h"
#include "base/limits.h"
#include "data/fixture_testing.h"

namespace dlas::data {
namespace {

Result<Tensor> parse(std::string_view bytes) { return parse_npy(as_bytes(bytes)); }

std::string npy(std::string_view header, std::string_view data = "") {
  std::string out("\x93NUMPY\1\0", 8);
  out += {static_cast<char>(header.size() & 255), static_cast<char>(header.size() >> 8)};
  return out + std::string(header) + std::string(data);
}

void expect_counting(const std::vector<NamedTensor>& arrays) {
  const std::map<std::string, DType> types = {{"f2", DType::f16},     {"f4", DType::f32},     {"f8", DType::f64},
                                              {"i1", DType::i8},      {"i2", DType::i16},     {"i4", DType::i32},
                                              {"i8", DType::i64},     {"u1", DType::u8},      {"u2", DType::u16},
                                              {"u4", DType::u32},     {"u8", DType::u64},     {"bool", DType::boolean},
                                              {"big f8", DType::f64}, {"big i2", DType::i16}, {"fortran", DType::i32}};
  std::size_t seen = 0;
  for (const auto& [name, tensor] : arrays) {
    const auto type = types.find(name);
    if (type == types.end()) continue;
    ++seen;
    EXPECT_EQ(tensor.dtype(), type->second) << name;
    EXPECT_EQ(tensor.shape(), (Shape{2, 3})) << name;
    for (std::int64_t i = 0; i < 6; ++i)
      EXPECT_EQ(tensor.number(i), static_cast<double>(name == "bool" ? i % 2 : i)) << name;
  }
  EXPECT_EQ(seen, types.size());
}

TEST(Npy, ReadsEveryTypeAndOrderThatNumPyWrote) {
  for (const char* file : {"numpy/stored.npz", "numpy/deflated.npz"}) {
    const auto arrays = read_arrays(fixture_path(file));
    ASSERT_TRUE(arrays.ok()) << message_of(arrays);
    EXPECT_EQ(arrays->size(), 17U);
    expect_counting(*arrays);
    for (const auto& [name, tensor] : *arrays) {
      EXPECT_TRUE(name != "scalar" || tensor.same_bits(Tensor::scalar(7.0F)));
      EXPECT_TRUE(name != "empty" || tensor.shape() == (Shape{0, 3}));
    }
  }
}

TEST(Npy, ReadsEveryFormatVersion) {
  for (const char* file : {"numpy/version1.npy", "numpy/version2.npy", "numpy/version3.npy"}) {
    const auto arrays = read_arrays(fixture_path(file));
    ASSERT_TRUE(arrays.ok()) << message_of(arrays);
    EXPECT_EQ((*arrays)[0].first, "");
    EXPECT_EQ((*arrays)[0].second.integers(), (std::vector<std::int64_t>{0, 1, 2, 3, 4, 5}));
  }
}

TEST(Npy, WritesTheBytesThatNumPyWrites) {
  for (const char* file : {"numpy/f4.npy", "numpy/i8.npy", "numpy/scalar.npy", "numpy/version1.npy"}) {
    const std::string bytes = fixture_bytes(file);
    EXPECT_EQ(npy_bytes(*parse(bytes)), bytes) << file;
  }
}

TEST(Npy, RefusesObjectsAndComplexNumbers) {
  EXPECT_EQ(message_of(parse(fixture_bytes("numpy/object.npy"))),
            "expected bool, int, uint of 8 to 64 bits or float of 16 to 64, found '|O'");
  EXPECT_EQ(message_of(parse(fixture_bytes("numpy/complex.npy"))),
            "expected bool, int, uint of 8 to 64 bits or float of 16 to 64, found '<c8'");
  EXPECT_EQ(message_of(parse(npy("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (), }"))),
            "expected one plain element type, found a structure");
}

TEST(Npy, RefusesEveryTruncation) {
  for (const char* file : {"numpy/f4.npy", "numpy/version2.npy"}) {
    const std::string bytes = fixture_bytes(file);
    for (std::size_t n = 0; n < bytes.size(); ++n)
      EXPECT_FALSE(parse(bytes.substr(0, n)).ok()) << file << " cut to " << n;
  }
  for (const char* file : {"numpy/stored.npz", "numpy/deflated.npz"}) {
    const std::string bytes = fixture_bytes(file);
    for (std::size_t n = 0; n < bytes.size(); ++n)
      EXPECT_FALSE(parse_npz(as_bytes(bytes.substr(0, n))).ok()) << file << " cut to " << n;
  }
}

TEST(Npy, SurvivesEveryFlippedByte) {
  for (const char* file : {"numpy/f4.npy", "numpy/deflated.npz"}) {
    std::string bytes = fixture_bytes(file);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      for (const int mask : {1, 0x80, 0xff}) {
        const char before = bytes[i];
        bytes[i] = static_cast<char>(before ^ mask);
        if (is_zip(as_bytes(bytes))) (void)parse_npz(as_bytes(bytes)).ok();
        else (void)parse(bytes).ok();
        bytes[i] = before;
      }
    }
  }
}

TEST(Npy, SaysWhatIsWrongWithAHeader) {
  const std::string good = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }";
  EXPECT_TRUE(parse(npy(good, "12345678")).ok());
  EXPECT_TRUE(parse(npy("{\"shape\":(2,),'fortran_order':True,'descr':'<f4'}", "12345678")).ok());
  EXPECT_EQ(message_of(parse(npy(good, "1234567"))), "expected 8 bytes for float32 [2], found 7");
  EXPECT_EQ(message_of(parse(npy(good, "123456789"))), "expected 8 bytes for float32 [2], found 9");
  EXPECT_EQ(message_of(parse("PK")), "expected a NumPy array, found another kind of file");
  EXPECT_EQ(message_of(parse(npy("{'descr': '<f4', 'shape': (2,), }"))),
            "expected a header with descr, fortran_order and shape, found another one");
  EXPECT_EQ(message_of(parse(npy("{'descr': '<f4', 'descr': '<f4', }"))),
            "expected the keys descr, fortran_order and shape, each once, found descr");
  EXPECT_EQ(message_of(parse(npy("{'shape': (-1,)}"))),
            "expected a size of 63 bits in the array's header, found -1,)}");
  EXPECT_EQ(message_of(parse(npy("{'shape': (9223372036854775808,)}"))),
            "expected a size of 63 bits in the array's header, found 9223372036854775808,");
  EXPECT_EQ(message_of(parse(npy("{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296, 4294967296), }"))),
            "expected a shape whose size fits 63 bits, found [4294967296,4294967296]");
  std::string many = "{'shape': (";
  for (int i = 0; i < 17; ++i) many += "1,";
  EXPECT_EQ(message_of(parse(npy(many))), "expected at most 16 dimensions, found more");
  EXPECT_EQ(message_of(parse(npy("{'descr': '|b1', 'fortran_order': False, 'shape': (1,), }", "\2"))),
            "expected bytes 0 and 1 in an array of bool, found others");
}

TEST(Npy, WritesArchivesThatReadBackEqual) {
  const TemporaryFolder folder;
  const std::vector<NamedTensor> arrays = {{"b/../x", Tensor::of<float>({2, 2}, {1, 2, 3, 4})},
                                           {"a", Tensor::of<std::int8_t>({3}, {-1, 0, 1})},
                                           {"half", Tensor::of<Half>({1}, {Half(0.5F)})}};
  ASSERT_TRUE(write_npz(folder.path("x.npz"), arrays).ok());
  const auto back = read_arrays(folder.path("x.npz"));
  ASSERT_TRUE(back.ok()) << message_of(back);
  ASSERT_EQ(back->size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ((*back)[i].first, arrays[i].first);
    EXPECT_TRUE((*back)[i].second.same_bits(arrays[i].second));
  }
  EXPECT_EQ(*npz_bytes(arrays), *npz_bytes(arrays));
  ASSERT_TRUE(write_npy(folder.path("x.npy"), arrays[0].second).ok());
  EXPECT_TRUE((*read_arrays(folder.path("x.npy")))[0].second.same_bits(arrays[0].second));
}

TEST(Npy, WidensWhatNumPyHasNot) {
  const Tensor nibbles = Tensor::of<std::int8_t>({3}, {-8, 7, 1}).packed(DType::i4);
  EXPECT_TRUE(parse(npy_bytes(nibbles))->same_bits(Tensor::of<std::int8_t>({3}, {-8, 7, 1})));
  EXPECT_TRUE(parse(npy_bytes(Tensor::of<BFloat16>({1}, {BFloat16(1.5F)})))->same_bits(Tensor::of<float>({1}, {1.5F})));
}

TEST(Npy, RefusesNamesThatAnArchiveCannotHold) {
  const Tensor one = Tensor::scalar(1.0F);
  EXPECT_EQ(message_of(npz_bytes(std::vector<NamedTensor>{{"", one}})),
            "expected an array name of 1 to 65531 bytes, found 0");
  EXPECT_EQ(message_of(npz_bytes(std::vector<NamedTensor>{{"a", one}, {"a", one}})),
            "expected each array once, found 'a' twice");
}

TEST(Npy, NamesFileAndArray) {
  const TemporaryFolder folder;
  const std::vector<ZipEntry> entries = {{"bad.npy", "no array"}};
  folder.write("x.npz", write_zip(entries));
  EXPECT_EQ(message_of(read_arrays(folder.path("x.npz"))),
            folder.path("x.npz") + ": array 'bad': expected a NumPy array, found another kind of file");
}

TEST(Npy, BoundsWhatAnArchiveInflatesTo) {
  const std::string bytes = fixture_bytes("numpy/deflated.npz");
  const std::uint64_t before = limits().inflated_bytes;
  limits().inflated_bytes = 1000;
  EXPECT_EQ(message_of(parse_npz(as_bytes(bytes))),
            "array 'i8': expected at most 1000 inflated bytes in all, found more");
  limits().inflated_bytes = before;
}

}  // namespace
}  // namespace dlas::data
