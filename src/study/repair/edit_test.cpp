#include "study/repair/edit.h"

#include <gmock/gmock.h>

#include <limits>

#include "study/repair/edit_json.h"
#include "study/repair/tensor_change.h"

namespace dlas::study {
namespace {

using ::testing::HasSubstr;

Tensor floats(Shape shape, std::initializer_list<float> values) { return Tensor::of<float>(std::move(shape), values); }

// One edit of each kind, and each form of a tensor's change, with names that need care.
std::vector<Edit> samples() {
  const double inf = std::numeric_limits<double>::infinity();
  return {
      SetAttribute{"conv1", "pads", std::vector<std::int64_t>{0, 0, 1, 1}, std::vector<std::int64_t>{1, 1, 0, 0}},
      SetAttribute{"a \"b\"\n", "epsilon", 1e-5, std::nullopt},
      SetAttribute{"clip", "max", std::nullopt, 6.0},
      SetAttribute{"cast", "to", DType::f16, DType::f32},
      SetAttribute{"n", "mode", std::string("linear"), std::string("nearest")},
      SetAttribute{"n", "keep", true, false},
      SetAttribute{"n", "list", std::vector<double>{1, -inf}, std::vector<double>{}},
      SetAttribute{"n", "names", std::vector<std::string>{"x", ""}, std::nullopt},
      SetTensor{"w", AxesChange{{0, 2, 1}, {2, 3, 4}}, hash_of("w")},
      SetTensor{"w", OrderChange{1, {2, 1, 0}}, std::nullopt},
      SetTensor{"w", AffineChange{0, {1.5, 2}, {0, -1}}, std::nullopt},
      SetTensor{"w", CopyChange{floats({2}, {1, -2.5F})}, hash_of("other")},
      SetQuantization{"q", Quantization{0, 8, {0.5, 0.25}, {0, 3}}, Quantization{-1, 8, {1}, {-128}}},
      SetQuantization{"q", std::nullopt, std::nullopt},
      InsertNode{"relu", "Relu", {}, {"x", ""}, {"y"}, {"add:1", ":0"}},
      InsertNode{"t", "Transpose", {{"perm", std::vector<std::int64_t>{0, 3, 1, 2}}}, {"x"}, {"y"}},
      DeleteNode{"relu", -1},
      Rewire{"add", 1, "skip", "trunk"},
      Rewire{"", 0, "y", std::nullopt},
      ReplaceRegion{{"a"}, {"b"}, "graph \"g\"\ninput \"x\" f32 [1]\n"},
      SetOutputs{{"logits"}, std::vector<std::string>{"logits", "features"}},
      SetContract{"recipe", "resize(224) rgb scale(1/255)", ""},
  };
}

TEST(Edits, ReadBackFromTheirLine) {
  for (const Edit& edit : samples()) {
    const std::string line = to_text(edit);
    EXPECT_EQ(line.find('\n'), std::string::npos) << line;
    const auto read = parse_edit(line);
    ASSERT_TRUE(read.ok()) << line << ": " << read.error().message();
    EXPECT_EQ(to_text(*read), line);
    EXPECT_EQ(read->index(), edit.index());
  }
}

TEST(Edits, ReadBackFromJson) {
  for (const Edit& edit : samples()) {
    const std::string dumped = to_json(edit).dump();
    const auto read = edit_from_json(nlohmann::ordered_json::parse(dumped));
    ASSERT_TRUE(read.ok()) << dumped << ": " << read.error().message();
    EXPECT_EQ(to_text(*read), to_text(edit));
  }
}

TEST(Edits, KeepNamesThatAreNoUtf8InJson) {
  const Edit edit = Rewire{"\xff\xfe", 0, "x", std::nullopt};
  const auto read = edit_from_json(nlohmann::ordered_json::parse(to_json(edit).dump()));
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(std::get<Rewire>(*read).node, "\xff\xfe");
}

TEST(Edits, AreTextThatAPersonReads) {
  EXPECT_EQ(to_text(samples()[0]), R"(set "conv1" "pads" [0,0,1,1] was [1,1,0,0])");
  EXPECT_EQ(to_text(samples()[14]), R"(insert "relu" "Relu" {} s["x",""] -> s["y"] for s["add:1",":0"])");
  EXPECT_EQ(to_text(samples()[17]), R"(rewire "add" 1 "skip" was "trunk")");
}

TEST(Edits, RefuseBrokenLines) {
  for (const std::string line :
       {"", "paint \"x\"", "set \"a\"", "set \"a\" \"b\"", "set \"a\" \"b\" [1,", "tensor \"w\" order 1",
        "delete \"x\" y", "tensor \"w\" copy f32 [2] 0x00", "insert \"a\" \"Relu\" {", "rewire \"a\" 1 \"b\" was",
        "delete \"x\" 0 more", "tensor \"w\" axes [0] was \"12\"", "quantization \"q\" 99 8 f[1.0] [0]"}) {
    const auto read = parse_edit(line);
    ASSERT_FALSE(read.ok()) << line;
    EXPECT_EQ(read.error().code, Code::format) << line;
  }
}

TEST(Edits, RefuseBrokenJson) {
  for (
      const std::string text :
      {"[]", "{}", R"({"edit":"paint"})", R"({"edit":"rewire","node":"a","slot":"x","after":"b"})",
       R"({"edit":"set_tensor","value":"w","change":"copy","tensor":{"dtype":"float32","shape":[4294967296,4294967296],"base64":""}})",
       R"({"edit":"set_tensor","value":"w","change":"copy","tensor":{"dtype":"float32","shape":[2],"base64":"AAAA"}})",
       R"({"edit":"set_attribute","node":"a","name":"b","after":[1,"x"]})",
       R"({"edit":"set_attribute","node":"a","name":"b","after":18446744073709551615})"}) {
    const auto read = edit_from_json(nlohmann::ordered_json::parse(text));
    ASSERT_FALSE(read.ok()) << text;
    EXPECT_EQ(read.error().code, Code::format) << text;
  }
}

TEST(TensorChange, IsTheShortestThatGivesTheBits) {
  const Tensor a = floats({2, 3}, {1, 2, 3, 4, 5, 6});
  const auto line = [&](const Tensor& after) { return to_text(set_tensor("w", a, after)); };
  EXPECT_THAT(line(floats({3, 2}, {1, 4, 2, 5, 3, 6})), HasSubstr("axes [1,0] was"));
  EXPECT_THAT(line(floats({2, 3}, {1, 3, 5, 2, 4, 6})), HasSubstr("axes [1,0] from [3,2] was"));
  EXPECT_THAT(line(floats({6}, {1, 2, 3, 4, 5, 6})), HasSubstr("axes [0] from [6] was"));
  EXPECT_THAT(line(floats({2, 3}, {3, 1, 2, 6, 4, 5})), HasSubstr("order 1 [2,0,1] was"));
  EXPECT_THAT(line(floats({2, 3}, {1.5F, 3, 4.5F, 6, 7.5F, 9})), HasSubstr("affine -1 f[1.5] f[0.0] was"));
  EXPECT_THAT(line(floats({2, 3}, {2, 4, 6, 12, 15, 18})), HasSubstr("affine 0 f[2.0,3.0] f[0.0,0.0] was"));
  EXPECT_THAT(line(floats({2, 3}, {1, 2, 3, 4, 5, 7})), HasSubstr("copy f32 [2,3] 0x"));
}

TEST(TensorChange, IsUndoneToTheBit) {
  const Tensor a = floats({2, 3}, {1, 2, 3, 4, 5, 0.1F});
  for (const TensorChange& change :
       {TensorChange(AxesChange{{1, 0}, {}}), TensorChange(AxesChange{{1, 0}, {3, 2}}),
        TensorChange(OrderChange{1, {2, 0, 1}}), TensorChange(AffineChange{-1, {1.7}, {0.3}}),
        TensorChange(CopyChange{Tensor::scalar<std::int64_t>(7)})}) {
    const auto after = changed(a, change);
    ASSERT_TRUE(after.ok()) << after.error().message();
    const auto back = changed(*after, undone(a, change));
    ASSERT_TRUE(back.ok());
    EXPECT_TRUE(back->same_bits(a));
  }
}

TEST(TensorChange, RefusesWhatDoesNotFit) {
  const Tensor a = floats({2, 3}, {1, 2, 3, 4, 5, 6});
  for (const TensorChange& change :
       {TensorChange(AxesChange{{0}, {}}), TensorChange(AxesChange{{0, 0}, {}}),
        TensorChange(AxesChange{{1, 0}, {4, 2}}), TensorChange(AxesChange{{1, 0}, {-2, -3}}),
        TensorChange(OrderChange{2, {0, 1}}), TensorChange(OrderChange{1, {0, 0, 1}}),
        TensorChange(AffineChange{0, {1}, {0}}), TensorChange(CopyChange{})})
    EXPECT_EQ(changed(a, change).error().code, Code::mismatch);
}

TEST(DescriptionLength, PrefersAnOrderToACopy) {
  const Edit order = SetTensor{"w", OrderChange{0, {3, 2, 1, 0}}, {}};
  const Edit factor = SetTensor{"w", AffineChange{-1, {2}, {0}}, {}};
  const Edit copy = SetTensor{"w", CopyChange{Tensor::make(DType::f32, {4, 1000})}, {}};
  EXPECT_LT(description_length(order), description_length(factor));
  EXPECT_LT(description_length(factor), description_length(copy));
  EXPECT_EQ(description_length(copy), 8U + 16'000U);
}

}  // namespace
}  // namespace dlas::study
