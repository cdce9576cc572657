// Fixtures: fixtures/make_fixtures.py, which says what each file holds.
#include "model/format/tflite/reader.h"

#include <gtest/gtest.h>

#include <cstring>

#include "model/executor/reference.h"

namespace dlas::tflite {
namespace {

std::string path_of(const std::string& name) {
  return std::string(DLAS_SOURCE_DIR) + "/src/model/format/tflite/fixtures/" + name + ".tflite";
}

Graph graph_of(const std::string& name) {
  const auto file = open_file(path_of(name));
  EXPECT_TRUE(file.ok()) << file.error().message();
  auto graph = read(*file);
  EXPECT_TRUE(graph.ok()) << graph.error().message();
  return graph.ok() ? *std::move(graph) : Graph();
}

std::vector<std::byte> bytes_of(const std::string& name) {
  const auto file = open_file(path_of(name));
  return {file->bytes().begin(), file->bytes().end()};
}

std::string error_of(const std::vector<std::byte>& bytes) {
  const auto graph = read(bytes, nullptr, "m.tflite");
  return graph.ok() ? "" : graph.error().message();
}

std::vector<float> floats(const Tensor& t) { return {t.as<float>().begin(), t.as<float>().end()}; }

Result<Outputs> run(const Graph& graph, const Tensor& input) {
  const auto executor = make_reference(graph);
  if (!executor.ok()) return executor.error();
  return (*executor)->run(std::span(&input, 1), {});
}

const Value& named(const Graph& graph, const std::string& name) {
  const ValueId id = graph.find(name);
  EXPECT_NE(id, kNone) << name;
  return graph.value(id);
}

TEST(TfliteReader, KeepsLayoutScalesAndTheBytesOfWeights) {
  const Graph graph = graph_of("conv_int8");
  const Value& weights = named(graph, "weights");
  EXPECT_EQ(text(weights.type), "i8 [4,3,3,3] q(axis=0;0.01,0;0.02,0;0.005,0;..)");
  ASSERT_TRUE(weights.origin.offset.has_value());
  EXPECT_EQ(weights.origin.bytes, 108U);
  const auto bytes = bytes_of("conv_int8");
  EXPECT_EQ(std::memcmp(bytes.data() + *weights.origin.offset, weights.constant.bytes().data(), 108), 0);
  EXPECT_FALSE(weights.constant.owns());
  EXPECT_EQ(named(graph, "image").type.axes, "NHWC");
  ASSERT_EQ(graph.nodes().size(), 3U);
  EXPECT_EQ(graph.node(0).op_name, "Conv");
  EXPECT_EQ(graph.node(1).op_name, "ReduceMean");
  EXPECT_EQ(graph.node(2).op_name, "Softmax");
}

TEST(TfliteReader, WidensFloat16Weights) {
  const Graph graph = graph_of("conv_float16");
  EXPECT_EQ(named(graph, "weights_float").type.dtype, DType::f32);
  EXPECT_EQ(graph.node(static_cast<NodeId>(graph.nodes().size()) - 1).op_name, "Conv");
}

// By hand: x = (1, 2, 4); 0.5 (1 + 4 + 12) + 0.25 = 8.75; 0.5 (-4 + 10 - 24) - 1 = -10.
TEST(TfliteReader, ComputesDynamicRangeWithTheRealWeights) {
  const auto result = run(graph_of("full_dynamic"), Tensor::of<float>({1, 3}, {1, 2, 4}));
  ASSERT_TRUE(result.ok()) << result.error().message();
  EXPECT_EQ(floats(result->outputs[0]), (std::vector<float>{8.75F, -10}));
}

TEST(TfliteReader, ReadsPackedInt4) {
  const Graph graph = graph_of("full_int4");
  EXPECT_EQ(named(graph, "weights").type.dtype, DType::i4);
  for (std::int64_t i = 0; i < 15; ++i) {
    EXPECT_GE(named(graph, "weights").constant.integer(i), -7);
    EXPECT_LE(named(graph, "weights").constant.integer(i), 7);
  }
}

TEST(TfliteReader, ReadsInt16WithABiasOf64Bits) {
  const Graph graph = graph_of("conv_int16");
  EXPECT_EQ(named(graph, "bias").type.dtype, DType::i64);
  EXPECT_EQ(named(graph, "y").type.dtype, DType::i16);
  EXPECT_EQ(named(graph, "y").type.shape(), (Shape{1, 2, 2, 2}));
}

TEST(TfliteReader, KeepsWhatItDoesNotKnowAndRefusesToRunIt) {
  const Graph graph = graph_of("custom");
  ASSERT_EQ(graph.nodes().size(), 3U);
  EXPECT_EQ(graph.node(0).op, nullptr);
  EXPECT_EQ(graph.node(0).op_name, "TheirOperator");
  ASSERT_EQ(graph.notes.size(), 2U);
  EXPECT_EQ(graph.notes[0].severity, Severity::not_executable);
  EXPECT_EQ(graph.notes[0].text, "TheirOperator: an operator that dlas does not know");
  EXPECT_EQ(graph.notes[1].text, "ABS: quantised tensors without an integer kernel");
  EXPECT_EQ(run(graph, Tensor::make(DType::f32, {1, 3})).error().message(),
            "node 'y' (TheirOperator): expected operators that dlas computes, found ABS (1), TheirOperator (1)");
}

TEST(TfliteReader, ShowsAFileWhoseWeightsItCannotHold) {
  const Graph graph = graph_of("opaque");
  ASSERT_EQ(graph.nodes().size(), 3U);
  EXPECT_EQ(graph.node(0).op_name, "constant of INT2");
  ASSERT_EQ(graph.notes.size(), 1U);
  EXPECT_EQ(graph.notes[0].severity, Severity::not_executable);
  EXPECT_EQ(graph.notes[0].node, "weights");
  EXPECT_EQ(graph.notes[0].text, "its data: expected constants of numbers, found INT2");
  EXPECT_EQ(run(graph, Tensor::make(DType::f32, {1, 4})).error().message(),
            "node 'weights' (constant of INT2): expected operators that dlas computes, found constant of INT2 (1)");
}

TEST(TfliteReader, ReadsMediaPipesTransposedConvolution) {
  const auto y = run(graph_of("transpose_bias"), Tensor::of<float>({1, 1, 1, 1}, {2}));
  ASSERT_TRUE(y.ok()) << y.error().message();
  EXPECT_TRUE(y->outputs[0].same_bits(Tensor::of<float>({1, 2, 2, 1}, {12, 14, 16, 18})));
}

TEST(TfliteReader, SaysWhyAModelForTheEdgeTpuDoesNotRun) {
  const Graph graph = graph_of("edge_tpu");
  ASSERT_EQ(graph.notes.size(), 1U);
  EXPECT_EQ(graph.notes[0].text,
            "edgetpu-custom-op: compiled for the Edge TPU, whose instructions are not published; take the file before "
            "edgetpu_compiler");
}

TEST(TfliteReader, TellsNormalisationAndLabels) {
  const auto file = open_file(path_of("labelled"));
  const auto found = metadata(*file);
  ASSERT_TRUE(found.ok()) << found.error().message();
  ASSERT_TRUE(found->has_value());
  EXPECT_EQ((*found)->name, "three animals");
  EXPECT_EQ((*found)->inputs[0].mean, std::vector<float>{127.5F});
  EXPECT_EQ((*found)->inputs[0].std, std::vector<float>{128});
  EXPECT_TRUE((*found)->inputs[0].rgb);
  EXPECT_EQ((*found)->labels, (std::vector<std::string>{"cat", "dog", "owl"}));
  EXPECT_EQ(graph_of("labelled").metadata.at("tflite.metadata.mean"), "127.5");
  EXPECT_FALSE((*metadata(*open_file(path_of("custom")))).has_value());
}

TEST(TfliteReader, NotesADamagedArchiveAndReadsTheModel) {
  auto bytes = bytes_of("labelled");
  bytes.resize(bytes.size() - 1);
  const auto graph = read(bytes, nullptr, "m.tflite");
  ASSERT_TRUE(graph.ok()) << graph.error().message();
  ASSERT_EQ(graph->notes.size(), 1U);
  EXPECT_EQ(graph->notes[0].severity, Severity::warning);
}

TEST(TfliteReader, NamesTheTensorWhoseDataDoNotFit) {
  auto bytes = bytes_of("full_dynamic");
  const std::vector<std::int8_t> weights = {1, 2, 3, -4, 5, -6};
  const auto at = std::search(bytes.begin(), bytes.end(), reinterpret_cast<const std::byte*>(weights.data()),
                              reinterpret_cast<const std::byte*>(weights.data()) + weights.size());
  ASSERT_NE(at, bytes.end());
  *(at - 4) = std::byte{5};  // the length of the vector
  EXPECT_EQ(error_of(bytes), "m.tflite: tensor 1 'weights': expected 6 bytes of data, found 5");
}

TEST(TfliteReader, RefusesEveryTruncatedFile) {
  const auto bytes = bytes_of("conv_int8");
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const std::string error = error_of({bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)});
    EXPECT_EQ(error.find("m.tflite"), 0U) << size << ": " << error;
  }
}

TEST(TfliteReader, AnswersWhateverOneByteBecomes) {
  for (const std::string name :
       {"conv_int8", "full_int4", "conv_float16", "full_dynamic", "conv_int16", "custom", "labelled"}) {
    const auto bytes = bytes_of(name);
    for (std::size_t i = 0; i < bytes.size(); ++i)
      for (const unsigned flip : {1U, 128U, 255U}) {
        auto other = bytes;
        other[i] ^= static_cast<std::byte>(flip);
        const auto graph = read(other, nullptr, "m.tflite");
        if (graph.ok()) continue;
        EXPECT_EQ(graph.error().message().find("m.tflite"), 0U) << name << " " << i;
      }
  }
}

}  // namespace
}  // namespace dlas::tflite
