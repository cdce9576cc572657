// Fixtures: fixtures/make_fixtures.py, which says what each file holds and where its answer comes from.
#include "model/format/onnx/reader.h"

#include <gtest/gtest.h>

#include <cmath>

#include "model/executor/reference.h"
#include "model/format/onnx/tensor.h"

namespace dlas::onnx {
namespace {

std::string path_of(const std::string& name) {
  return std::string(DLAS_SOURCE_DIR) + "/src/model/format/onnx/fixtures/" + name;
}

Result<Graph> graph_at(const std::string& path) {
  DLAS_ASSIGN(const File file, open_file(path));
  return read(file);
}

// 0, 1/n, 2/n, ...: what make_fixtures.py gives every model.
Tensor ramp(const Shape& shape) {
  Tensor out = Tensor::make(DType::f32, shape);
  const auto x = out.mutable_as<float>();
  for (std::size_t i = 0; i < x.size(); ++i)
    x[i] = static_cast<float>(static_cast<double>(i) / static_cast<double>(x.size()));
  return out;
}

Result<Tensor> answer(const Graph& graph) {
  DLAS_ASSIGN(const auto executor, make_reference(graph));
  const Tensor x = ramp(graph.value(graph.inputs.at(0)).type.shape());
  DLAS_ASSIGN(const Outputs outputs, executor->run(std::span(&x, 1), {}));
  return outputs.outputs.at(0);
}

class OnnxFixture : public ::testing::TestWithParam<const char*> {};

TEST_P(OnnxFixture, AnswersAsOnnxRuntimeDoes) {
  const auto graph = graph_at(path_of(std::string(GetParam()) + ".onnx"));
  ASSERT_TRUE(graph.ok()) << graph.error().message();
  ASSERT_EQ(graph->inputs.size(), 1U);
  const auto expected = read_tensor_file(path_of(std::string(GetParam()) + ".pb"));
  ASSERT_TRUE(expected.ok()) << expected.error().message();
  const auto found = answer(*graph);
  ASSERT_TRUE(found.ok()) << found.error().message();
  ASSERT_EQ(text(*found), text(expected->tensor));
  // Sums of at most 18 products of numbers below 4 in float32, and one softmax.
  for (std::int64_t i = 0; i < found->count(); ++i)
    EXPECT_NEAR(found->number(i), expected->tensor.number(i), 64 * 0x1p-24 * 4) << i;
}

INSTANTIATE_TEST_SUITE_P(Files, OnnxFixture,
                         ::testing::Values("external", "functions", "if_folded", "newest", "old_forms_6", "old_forms_9",
                                           "raw_data", "typed_data"));

TEST(OnnxReader, RemembersWhereRawDataLies) {
  const auto graph = graph_at(path_of("newest.onnx"));
  ASSERT_TRUE(graph.ok()) << graph.error().message();
  const Value& scales = graph->value(graph->find("scales"));
  ASSERT_TRUE(scales.origin.offset.has_value());
  const auto file = open_file(path_of("newest.onnx"));
  ASSERT_EQ(scales.origin.bytes, 16U);
  EXPECT_EQ(file->chars().substr(*scales.origin.offset, 16),
            std::string_view("\0\0\x80\x3f\0\0\x80\x3f\0\0\0\x40\0\0\0\x40", 16));  // 1, 1, 2, 2
}

TEST(OnnxReader, RemembersWhereExternalDataLies) {
  const auto graph = graph_at(path_of("external.onnx"));
  ASSERT_TRUE(graph.ok()) << graph.error().message();
  const Value& w = graph->value(graph->find("w"));
  EXPECT_EQ(w.origin.file, path_of("external.bin"));
  EXPECT_EQ(w.origin.name, "w");
  EXPECT_EQ(w.origin.offset, 64U);
  EXPECT_EQ(w.origin.bytes, 216U);
  EXPECT_EQ(graph->value(graph->find("b")).origin.offset, 64U + 216U + 40U);
}

TEST(OnnxReader, InlinesFunctionsWithTheirAttributes) {
  const auto graph = graph_at(path_of("functions.onnx"));
  ASSERT_TRUE(graph.ok()) << graph.error().message();
  std::string operators;
  for (const Node& node : graph->nodes()) operators += node.op_name + " ";
  EXPECT_EQ(operators, "Sub Mul LeakyRelu Add Identity Mul LeakyRelu Add Identity ");
}

TEST(OnnxReader, TakesTheBranchOfAConditionThatFolds) {
  const auto graph = graph_at(path_of("if_folded.onnx"));
  ASSERT_TRUE(graph.ok()) << graph.error().message();
  ASSERT_EQ(graph->nodes().size(), 2U);
  EXPECT_EQ(graph->nodes()[0].op_name, "Mul");
  EXPECT_EQ(graph->nodes()[1].op_name, "Add");
}

TEST(OnnxReader, CountsWhatBranchesReadAmongTheInputsOfAnIf) {
  const auto graph = graph_at(path_of("if_captured.onnx"));
  ASSERT_TRUE(graph.ok()) << graph.error().message();
  const Node& node = graph->nodes().back();
  EXPECT_EQ(node.op_name, "If");
  EXPECT_EQ(node.op, nullptr);
  std::string names;
  for (const ValueId v : node.inputs) names += graph->value(v).name + " ";
  EXPECT_EQ(names, "yes seen two most ");
  ASSERT_EQ(graph->notes.size(), 1U);
  EXPECT_EQ(graph->notes[0].text, "its condition depends on the inputs of the model");
  EXPECT_EQ(answer(*graph).error().message(), "node 'If_3' (If): expected operators that dlas computes, found If (1)");
}

}  // namespace
}  // namespace dlas::onnx
