#include "model/format/patch/patch.h"

#include <gmock/gmock.h>

#include <filesystem>

#include "model/executor/fold.h"
#include "model/format/format.h"
#include "model/format/patch/changes.h"
#include "model/graph/infer.h"

namespace dlas {
namespace {

namespace fs = std::filesystem;

std::string demo(const std::string& name) { return std::string(DLAS_SOURCE_DIR) + "/demo/models/" + name; }

Model loaded(const std::string& path) {
  auto model = load(path);
  check(model.ok(), model.ok() ? "" : model.error().message());
  return std::move(*model);
}

File opened(const std::string& path) { return *open_file(path); }

// Where two texts of one length differ.
std::vector<std::size_t> differences(std::string_view a, std::string_view b) {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i)
    if (a[i] != b[i]) out.push_back(i);
  return out;
}

Model reread(const std::string& bytes, const std::string& like) {
  const std::string path = testing::TempDir() + "/patched_" + std::to_string(getpid()) + extension_of(like);
  EXPECT_TRUE(write_file(path, bytes).ok());
  Model out = loaded(path);
  fs::remove(path);
  return out;
}

NodeId node_with_op(const Graph& graph, std::string_view op, std::size_t skip = 0) {
  for (NodeId n = 0; n < static_cast<NodeId>(graph.nodes().size()); ++n)
    if (graph.node(n).op_name == op && skip-- == 0) return n;
  check(false, "the graph has such a node");
  return kNone;
}

void set(Graph& graph, NodeId node, const std::string& name, AttributeValue value) {
  AttributeList list = graph.node(node).attributes.list();
  std::erase_if(list, [&](const NamedAttribute& a) { return a.name == name; });
  list.push_back({name, std::move(value)});
  graph.node(node).attributes = *graph.node(node).op->attributes->make(list);
}

Tensor scaled(const Tensor& t, float factor) {
  Tensor out = t.clone();
  for (float& x : out.mutable_as<float>()) x *= factor;
  return out;
}

// The first constant of floats with more than `least` elements.
ValueId weights(const Graph& graph, std::int64_t least = 8) {
  for (ValueId v = 0; v < static_cast<ValueId>(graph.values().size()); ++v)
    if (graph.value(v).is_constant() && graph.value(v).type.dtype == DType::f32 &&
        graph.value(v).constant.count() > least)
      return v;
  check(false, "the graph has weights");
  return kNone;
}

std::vector<std::string> all_files() {
  std::vector<std::string> out;
  for (const std::string folder : {"demo/models", "src/model/format/keras/fixtures", "src/model/format/onnx/fixtures",
                                   "src/model/format/tflite/fixtures", "src/model/format/torch/fixtures"})
    for (const auto& entry : fs::directory_iterator(std::string(DLAS_SOURCE_DIR) + "/" + folder))
      if (entry.is_regular_file() && load(entry.path().string()).ok()) out.push_back(entry.path().string());
  return out;
}

TEST(Patched, IsTheSameFileWhenNothingChanged) {
  const auto files = all_files();
  EXPECT_GT(files.size(), 10U);
  for (const std::string& path : files) {
    const Model model = loaded(path);
    const auto same = patched(opened(path), model.graph, model.graph);
    ASSERT_TRUE(same.ok()) << path << ": " << same.error().message();
    EXPECT_TRUE(same->bytes == opened(path).chars()) << path;
  }
}

// In every format: one tensor, and nothing but its bytes (and the checksums of an archive).
TEST(Patched, ChangesTheBytesOfOneTensorOnly) {
  std::size_t tried = 0;
  for (const std::string& path : all_files()) {
    if (path.ends_with("external.onnx")) continue;
    const Model model = loaded(path);
    Graph after = model.graph;
    for (Value value : model.graph.values()) {
      if (!value.is_constant() || value.type.dtype != DType::f32 || !value.origin.offset ||
          value.constant.count() < 5 || value.origin.bytes != value.constant.bytes().size())
        continue;
      const ValueId id = after.find(value.name);
      after.value(id).constant = scaled(value.constant, -1.5F);
      const auto result = patched(opened(path), model.graph, after);
      ASSERT_TRUE(result.ok()) << path << ": " << result.error().message();
      const std::string original(opened(path).chars());
      ASSERT_EQ(result->bytes.size(), original.size()) << path;
      std::size_t outside = 0;
      for (const std::size_t i : differences(result->bytes, original))
        outside += i < *value.origin.offset || i >= *value.origin.offset + value.origin.bytes;
      EXPECT_LE(outside, 24U) << path;  // two CRCs a level of an archive
      const Model again = reread(result->bytes, path);
      EXPECT_EQ(structure_hash(again.graph), structure_hash(after)) << path;
      ++tried;
      break;
    }
  }
  EXPECT_GT(tried, 8U);
}

// The demo's fault, mended: the oracle is the file from which the fault was made.
TEST(PatchedOnnx, PutsThePadsOfTheDemoRightInFourBytes) {
  const Model faulty = loaded(demo("depthwise_fault.onnx"));
  const Model right = loaded(demo("depthwise.onnx"));
  Graph after = faulty.graph;
  for (NodeId n = 0; n < static_cast<NodeId>(after.nodes().size()); ++n)
    if (after.node(n).name == "depthwise_1/block1_depthwise_1/depthwise")
      set(after, n, "pads", std::vector<std::int64_t>{0, 0, 1, 1});
  const auto result = patched(opened(faulty.path), faulty.graph, after);
  ASSERT_TRUE(result.ok()) << result.error().message();
  EXPECT_EQ(differences(result->bytes, opened(faulty.path).chars()).size(), 4U);
  EXPECT_TRUE(result->bytes == opened(right.path).chars());
}

TEST(PatchedOnnx, TakesATensorOfAnotherFileInWhenItChanges) {
  const fs::path folder = fs::path(testing::TempDir()) / "patched_external";
  fs::create_directories(folder);
  for (const std::string name : {"external.onnx", "external.bin"})
    fs::copy_file(fs::path(DLAS_SOURCE_DIR) / "src/model/format/onnx/fixtures" / name, folder / name,
                  fs::copy_options::overwrite_existing);
  const Model model = loaded((folder / "external.onnx").string());
  Graph after = model.graph;
  const ValueId w = weights(after, 1);
  after.value(w).constant = scaled(after.value(w).constant, 3);
  const auto result = patched(opened(model.path), model.graph, after);
  ASSERT_TRUE(result.ok()) << result.error().message();
  EXPECT_TRUE(result->needs_neighbours);
  ASSERT_TRUE(write_file((folder / "fixed.onnx").string(), result->bytes).ok());
  EXPECT_EQ(structure_hash(loaded((folder / "fixed.onnx").string()).graph), structure_hash(after));
}

TEST(PatchedOnnx, WritesAnAttributeThatWasAbsent) {
  const Model model = loaded(demo("residual.onnx"));
  Graph after = model.graph;
  const NodeId conv = node_with_op(after, "Conv");
  set(after, conv, "auto_pad", std::string("SAME_LOWER"));
  set(after, conv, "pads", std::vector<std::int64_t>{});
  const auto result = patched(opened(model.path), model.graph, after);
  ASSERT_TRUE(result.ok()) << result.error().message();
  const Model again = reread(result->bytes, model.path);
  EXPECT_EQ(again.graph.node(conv).attributes, after.node(conv).attributes);
}

TEST(PatchedOnnx, InsertsDeletesAndRewires) {
  const Model model = loaded(demo("residual.onnx"));
  Graph after = model.graph;
  // x -> Relu -> y  becomes  x -> Neg -> y, and the last node reads a new constant's product.
  const NodeId relu = node_with_op(after, "Relu", 1);
  const ValueId in = after.node(relu).inputs[0], out = after.node(relu).outputs[0];
  Graph edited;
  edited.name = after.name;
  edited.metadata = after.metadata;
  for (Value v : after.values()) {
    v.producer = kNone;
    edited.add_value(v);
  }
  const ValueId two = edited.add_constant("two", Tensor::scalar<float>(2));
  Value middle;
  middle.name = "doubled";
  const ValueId doubled = edited.add_value(middle);
  for (NodeId n = 0; n < static_cast<NodeId>(after.nodes().size()); ++n) {
    Node node = after.node(n);
    if (n != relu) {
      edited.add_node(node);
      continue;
    }
    Node mul;
    mul.name = "double";
    mul.op = after.node(node_with_op(after, "Add")).op;
    mul.op_name = "Add";
    mul.attributes = *mul.op->attributes->make({});
    mul.inputs = {in, two};
    mul.outputs = {doubled};
    edited.add_node(mul);
    node.inputs[0] = doubled;
    edited.add_node(node);
  }
  edited.inputs = after.inputs;
  edited.outputs = after.outputs;
  static_cast<void>(out);
  ASSERT_TRUE(infer_types(edited).ok());
  const auto result = patched(opened(model.path), model.graph, edited);
  ASSERT_TRUE(result.ok()) << result.error().message();
  EXPECT_EQ(structure_hash(reread(result->bytes, model.path).graph), structure_hash(edited));
  // And back: the bytes of before.
  const std::string path = testing::TempDir() + "/inserted.onnx";
  ASSERT_TRUE(write_file(path, result->bytes).ok());
  const Model inserted = loaded(path);
  const auto back = patched(opened(path), inserted.graph, model.graph);
  ASSERT_TRUE(back.ok()) << back.error().message();
  EXPECT_EQ(structure_hash(reread(back->bytes, path).graph), structure_hash(model.graph));
}

TEST(PatchedOnnx, RefusesWhatItsOpsetHasNot) {
  const Model model = loaded(demo("residual.onnx"));
  Graph after = model.graph;
  const NodeId conv = node_with_op(after, "Conv");
  set(after, conv, "activation", std::string("relu"));
  const auto refused = patched(opened(model.path), model.graph, after);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, Code::unsupported);
  EXPECT_EQ(refused.error().found, "'activation'");
}

TEST(PatchedTflite, ChangesAnOptionInPlace) {
  const Model model = loaded(demo("depthwise_fp32.tflite"));
  Graph after = model.graph;
  const NodeId conv = node_with_op(after, "Conv");
  set(after, conv, "activation", std::string("none"));
  const auto result = patched(opened(model.path), model.graph, after);
  ASSERT_TRUE(result.ok()) << result.error().message();
  EXPECT_EQ(differences(result->bytes, opened(model.path).chars()).size(), 1U);
  EXPECT_EQ(structure_hash(reread(result->bytes, model.path).graph), structure_hash(after));
}

TEST(PatchedTflite, AppendsTheOptionsWhenAFieldWasNotStored) {
  const Model model = loaded(demo("depthwise_fp32.tflite"));
  for (const std::string word : {"relu", "tanh"}) {
    Graph after = model.graph;
    for (NodeId n = 0; n < static_cast<NodeId>(after.nodes().size()); ++n)
      if (after.node(n).op_name == "FullyConnected" || after.node(n).op_name == "Add")
        set(after, n, "activation", word);
    const auto result = patched(opened(model.path), model.graph, after);
    ASSERT_TRUE(result.ok()) << result.error().message();
    EXPECT_EQ(structure_hash(reread(result->bytes, model.path).graph), structure_hash(after));
  }
}

TEST(PatchedTflite, ChangesScaleZeroPointAndLength) {
  const Model model = loaded(demo("depthwise_int8.tflite"));
  Graph after = model.graph;
  ValueId one = kNone, many = kNone;
  for (ValueId v = 0; v < static_cast<ValueId>(after.values().size()); ++v) {
    const Type& type = after.value(v).type;
    if (!type.quantized() || type.dtype != DType::i8) continue;
    if (type.quantization->per_axis()) many = v;
    else if (!after.value(v).is_constant()) one = v;
  }
  ASSERT_NE(one, kNone);
  ASSERT_NE(many, kNone);
  Quantization q = *after.value(one).type.quantization;
  q.scales[0] = 2 * q.scales[0];
  q.zero_points[0] = 5;
  after.value(one).type.quantization = std::make_shared<const Quantization>(q);
  Quantization whole;
  whole.scales = {after.value(many).type.quantization->scales[0]};
  whole.zero_points = {0};
  after.value(many).type.quantization = std::make_shared<const Quantization>(whole);
  const auto result = patched(opened(model.path), model.graph, after);
  ASSERT_TRUE(result.ok()) << result.error().message();
  const Model again = reread(result->bytes, model.path);
  for (const ValueId v : {one, many}) {
    const ValueId id = again.graph.find(after.value(v).name);
    EXPECT_EQ(*again.graph.value(id).type.quantization, *after.value(v).type.quantization);
  }
}

TEST(PatchedTflite, RefusesPadsWhichItHasNot) {
  const Model model = loaded(demo("depthwise_fp32.tflite"));
  Graph after = model.graph;
  const NodeId conv = node_with_op(after, "Conv");
  set(after, conv, "auto_pad", std::string("NOTSET"));
  const auto refused = patched(opened(model.path), model.graph, after);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().expected, "what the options of CONV_2D can say");
}

// A file that was cut after it had been read: an error, never a read outside.
TEST(Patched, RefusesAFileThatIsNotTheOneThatWasRead) {
  for (const std::string name : {"depthwise_fp32.tflite", "depthwise.onnx"}) {
    const Model model = loaded(demo(name));
    Graph after = model.graph;
    const ValueId w = weights(after);
    after.value(w).constant = scaled(after.value(w).constant, 2);
    const std::string whole(opened(model.path).chars());
    const std::string path = testing::TempDir() + "/cut" + extension_of(name);
    for (const std::size_t size : {whole.size() - 1, whole.size() / 2, std::size_t{64}, std::size_t{9}}) {
      ASSERT_TRUE(write_file(path, whole.substr(0, size)).ok());
      EXPECT_FALSE(patched(opened(path), model.graph, after).ok()) << name << " " << size;
    }
  }
}

}  // namespace
}  // namespace dlas
