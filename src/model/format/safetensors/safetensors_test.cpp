#include "model/format/safetensors/safetensors.h"

#include <gtest/gtest.h>

#include <string>

namespace dlas::safetensors {
namespace {

std::string file_of(const std::string& table, const std::string& data) {
  std::string out;
  for (unsigned i = 0; i < 8; ++i) out += static_cast<char>(table.size() >> (8 * i));
  return out + table + data;
}

Result<Graph> read_text(const std::string& text) {
  return read(std::as_bytes(std::span(text.data(), text.size())), nullptr, "w.safetensors");
}
std::string error_of(const std::string& table, const std::string& data) {
  const auto out = read_text(file_of(table, data));
  return out.ok() ? "accepted" : out.error().message();
}

const std::string kFour("\0\0\x80\x3f\0\0\0\x40", 8);  // 1 and 2 as float32

TEST(Safetensors, NamesTypesShapesAndBytes) {
  const std::string table =
      R"({"__metadata__":{"format":"pt"},"a.w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})";
  const std::string file = file_of(table, kFour);  // which the tensors are views of
  const auto graph = read_text(file);
  ASSERT_TRUE(graph.ok()) << graph.error().message();
  const Value& w = graph->value(graph->find("a.w"));
  EXPECT_EQ(text(w.type), "f32 [2]");
  EXPECT_EQ(w.constant.number(1), 2);
  EXPECT_EQ(w.origin.offset, 8 + table.size());
  EXPECT_EQ(w.origin.bytes, 8u);
  EXPECT_FALSE(w.constant.owns());
  EXPECT_EQ(graph->metadata.at("safetensors.format"), "pt");
}

TEST(Safetensors, RefusesHolesOverlapsAndSurplusBytes) {
  const auto two = [](int begin, int end) {
    return R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[)" +
           std::to_string(end - begin) + R"(],"data_offsets":[)" + std::to_string(begin) + "," + std::to_string(end) +
           "]}}";
  };
  EXPECT_EQ(error_of(two(4, 8), kFour), "accepted");
  EXPECT_EQ(error_of(two(5, 8), kFour),
            "w.safetensors: expected tensors one after another, the next at 4, found 'b' at 5");
  EXPECT_EQ(error_of(two(2, 8), kFour),
            "w.safetensors: expected tensors one after another, the next at 4, found 'b' at 2");
  EXPECT_EQ(error_of(two(4, 7), kFour), "w.safetensors: expected 7 bytes of tensors, found 8");
  EXPECT_EQ(error_of(two(4, 9), kFour), "w.safetensors: expected 9 bytes of tensors, found 8");
}

TEST(Safetensors, RefusesShapesThatDoNotFitTheirBytes) {
  EXPECT_EQ(error_of(R"({"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}})", kFour),
            "w.safetensors: tensor 'a': expected 12 bytes, found offsets 0 to 8");
  EXPECT_EQ(error_of(R"({"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,8]}})", kFour),
            "w.safetensors: tensor 'a': expected a size that fits 64 bits, found offsets 0 to 8");
  EXPECT_EQ(error_of(R"({"a":{"dtype":"F8_E4M3","shape":[8],"data_offsets":[0,8]}})", kFour),
            "w.safetensors: tensor 'a': expected a type of integers, booleans or floats, found F8_E4M3");
}

TEST(Safetensors, RefusesEveryBeginningOfAFile) {
  const std::string whole = file_of(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})", kFour);
  for (std::size_t size = 0; size < whole.size(); ++size) EXPECT_FALSE(read_text(whole.substr(0, size)).ok()) << size;
}

TEST(Safetensors, RefusesATableThatIsTooLongOrTooDeep) {
  EXPECT_EQ(read_text(std::string(8, '\xff') + "{").error().message(),
            "w.safetensors: expected a table of at most 100000000 bytes, found 18446744073709551615");
  EXPECT_EQ(error_of(R"({"a":)" + std::string(100000, '['), ""),
            "w.safetensors: expected JSON of at most 256 levels, found 100001");
}

}  // namespace
}  // namespace dlas::safetensors
