// Fixtures: fixtures/make_fixtures.py, which says what each file holds. Their numbers are compared by tests/keras_fixtures_test.py.
#include "model/format/keras/reader.h"

#include <gtest/gtest.h>

#include <cstring>

#include "model/executor/reference.h"
#include "model/format/keras/network.h"

namespace dlas::keras {
namespace {

std::string path_of(const std::string& name) {
  return std::string(DLAS_SOURCE_DIR) + "/src/model/format/keras/fixtures/" + name;
}

File file_of(const std::string& name) { return open_file(path_of(name)).value(); }

Graph graph_of(const std::string& name) {
  auto graph = read(file_of(name));
  EXPECT_TRUE(graph.ok()) << graph.error().message();
  return graph.ok() ? *std::move(graph) : Graph();
}

const Value& named(const Graph& graph, const std::string& name) {
  const ValueId id = graph.find(name);
  EXPECT_NE(id, kNone) << name;
  return graph.value(id);
}

// The weights of a model that is written in a test: none, or two numbers for every layer.
class Fixed : public Weights {
 public:
  explicit Fixed(std::size_t count) : count_(count) {}
  Result<std::vector<Weight>> of(const Place&) override {
    std::vector<Weight> out(count_);
    for (Weight& w : out) w.array.tensor = Tensor::of<float>({2}, {1, 2});
    return out;
  }

 private:
  std::size_t count_;
};

std::string error_of(std::string_view json, std::size_t weights = 0) {
  Container container;
  auto model = parse_json(json);
  if (!model.ok()) return model.error().message();
  container.model = *std::move(model);
  container.weights = std::make_unique<Fixed>(weights);
  Build build("m.h5");
  const Status status = build_model(container, build, 2);
  return status.ok() ? "" : status.error().message();
}

// A model with an input "x" of two numbers, more layers, and outputs.
std::string model_of(const std::string& layers, const std::string& outputs) {
  return R"({"class_name": "Functional", "config": {"layers": [{"class_name": "InputLayer", "name": "x", "inbound_nodes": [],
    "config": {"batch_input_shape": [null, 2]}})" +
         layers + R"(], "input_layers": [["x", 0, 0]], "output_layers": )" + outputs + "}}";
}

TEST(KerasReader, KeepsTheBytesAndTheNamesOfWeights) {
  for (const std::string name : {"keras2.h5", "keras2.keras", "keras3.h5", "keras3.keras"}) {
    SCOPED_TRACE(name);
    const Graph graph = graph_of(name);
    const File file = file_of(name);
    const Value& kernel = named(graph, "separable/pointwise_kernel");
    EXPECT_EQ(text(kernel.type), "f32 [1,1,4,6]");
    EXPECT_EQ(kernel.origin.file, path_of(name));
    EXPECT_EQ(kernel.origin.bytes, 96U);
    ASSERT_TRUE(kernel.origin.offset.has_value());
    EXPECT_EQ(std::memcmp(file.bytes().data() + *kernel.origin.offset, kernel.constant.bytes().data(), 96), 0);
    EXPECT_FALSE(kernel.constant.owns());
    EXPECT_EQ(named(graph, "picture").type.axes, "");
    EXPECT_EQ(named(graph, "depthwise").type.axes, "NHWC");
  }
  EXPECT_EQ(named(graph_of("keras2.h5"), "separable/pointwise_kernel").origin.name,
            "model_weights/separable/separable/pointwise_kernel:0");
  EXPECT_EQ(named(graph_of("keras3.keras"), "separable/pointwise_kernel").origin.name,
            "layers/separable_conv2d/vars/1");
}

TEST(KerasReader, SharesTheWeightsOfAModelThatIsCalledTwice) {
  const Graph graph = graph_of("keras3.keras");
  EXPECT_EQ(graph.find("block_1/mix/kernel"), kNone);
  EXPECT_NE(graph.find("block/mix/kernel"), kNone);
  EXPECT_NE(graph.find("block/mix"), kNone);
  EXPECT_NE(graph.find("block_1/mix"), kNone);
}

TEST(KerasReader, ShowsLayersThatItDoesNotKnowAndRefusesToRunThem) {
  const Graph graph = graph_of("unknown.h5");
  ASSERT_EQ(graph.notes.size(), 2U);
  EXPECT_EQ(graph.notes[0].text, "Mystery: a layer that dlas does not know");
  EXPECT_EQ(graph.notes[1].text, "Lambda: it holds code, which dlas never runs");
  const auto executor = make_reference(graph);
  ASSERT_FALSE(executor.ok());
  EXPECT_EQ(executor.error().message(),
            "node 'mystery' (Mystery): expected operators that dlas computes, found Lambda (1), Mystery (1)");
}

TEST(KerasReader, NamesWhatIsWrongWithAConfiguration) {
  EXPECT_EQ(error_of("{}"), "expected a functional or sequential model, found class ''");
  EXPECT_EQ(error_of(std::string(300, '[')), "expected JSON of at most 256 levels, found 300");
  EXPECT_EQ(error_of("{"), "expected JSON, found something else");
  EXPECT_EQ(error_of(R"({"class_name": "Sequential", "config": {"layers": []}})"),
            "expected a list of layers, found []");
  const std::string relu = R"(, {"class_name": "ReLU", "name": "a", "config": {}, "inbound_nodes": [[["b", 0, 0]]]})";
  EXPECT_EQ(error_of(model_of(relu, R"([["a", 0, 0]])")),
            "node 'a' (ReLU): expected layers of the model as inputs, found \"b\"");
  const std::string circle =
      R"(, {"class_name": "ReLU", "name": "a", "config": {}, "inbound_nodes": [[["b", 0, 0]]]},
         {"class_name": "ReLU", "name": "b", "config": {}, "inbound_nodes": [[["a", 0, 0]]]})";
  EXPECT_EQ(error_of(model_of(circle, R"([["a", 0, 0]])")), "expected layers without a circle, found one through 'a'");
  EXPECT_EQ(error_of(model_of("", R"([["x", 3, 0]])")), "expected one of 1 calls of 'x', found call 3");
}

TEST(KerasReader, NamesWhatIsWrongWithALayer) {
  const auto dense = [](const std::string& config) {
    return model_of(R"(, {"class_name": "Dense", "name": "d", "config": {"trainable": true, )" + config +
                        R"(}, "inbound_nodes": [[["x", 0, 0, {}]]]})",
                    R"([["d", 0, 0]])");
  };
  EXPECT_EQ(error_of(dense(R"("units": 2)")), "node 'd' (Dense): expected 2 weights, found 0");
  EXPECT_EQ(error_of(dense(R"("units": 2, "use_bias": false)"), 2), "node 'd' (Dense): expected 1 weights, found 2");
  EXPECT_EQ(error_of(dense(R"("units": "two")"), 2),
            "node 'd' (Dense), setting 'units': expected an integer, found \"two\"");
  EXPECT_EQ(error_of(dense(R"("units": 5)"), 2),
            "node 'd' (Dense): expected a kernel for the setting 'units' 5, found f32 [2]");
}

TEST(KerasReader, RefusesFilesWithWeightsOnlyAndOtherFiles) {
  const std::string text = "neither HDF5 nor zip";
  EXPECT_FALSE(is_keras(std::as_bytes(std::span(text))));
  const File file = file_of("keras2.h5");
  const auto cut = read(file.bytes().first(1000), nullptr, "m.h5");
  ASSERT_FALSE(cut.ok());
  EXPECT_EQ(cut.error().file, "m.h5");
}

}  // namespace
}  // namespace dlas::keras
