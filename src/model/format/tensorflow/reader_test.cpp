#include "model/format/tensorflow/reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/limits.h"
#include "model/executor/reference.h"
#include "model/format/format.h"
#include "model/format/tensorflow/graph_testing.h"

namespace dlas::tensorflow {
namespace {

namespace fs = std::filesystem;
using namespace testing;  // NOLINT: the writers of messages
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string fixture(const std::string& name) { return DLAS_SOURCE_DIR "/src/model/format/tensorflow/fixtures/" + name; }

std::string content_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string error_of(const Bytes& content) {
  const auto graph = read_graph(content, nullptr, "m.pb");
  return graph.ok() ? "" : graph.error().message();
}

// What the graph makes of one input of two numbers.
std::vector<float> answer(const Bytes& content, float first, float second) {
  const auto graph = read_graph(content, nullptr, "m.pb");
  if (!graph.ok()) return ADD_FAILURE() << graph.error().message(), std::vector<float>();
  const auto executor = make_reference(*graph);
  if (!executor.ok()) return ADD_FAILURE() << executor.error().message(), std::vector<float>();
  const auto ran = (*executor)->run(std::vector{Tensor::of<float>({2}, {first, second})}, {});
  if (!ran.ok()) return ADD_FAILURE() << ran.error().message(), std::vector<float>();
  const auto out = ran->outputs[0].as<float>();
  return {out.begin(), out.end()};
}

std::vector<std::string> notes_of(const Bytes& content) {
  std::vector<std::string> out;
  const auto graph = read_graph(content, nullptr, "m.pb");
  EXPECT_TRUE(graph.ok()) << graph.error().message();
  if (graph.ok())
    for (const Note& note : graph->notes) out.push_back(note.text);
  return out;
}

Bytes one_float(float value) { return tensor(kFloat, {}, onnx::testing::real(5, value)); }
Bytes one_bool(bool value) { return tensor(kBool, {}, number(11, value)); }

TEST(TensorFlowGraph, SpreadsTheLastNumberOverTheShape) {
  const Bytes twice = tensor(kFloat, {2}, onnx::testing::real(5, 3));
  EXPECT_THAT(answer(graph({placeholder("x", {2}), constant("c", twice), node("y", "AddV2", {"x", "c"})}), 1, 2),
              ElementsAre(4, 5));
}

TEST(TensorFlowGraph, RefusesToSpreadANumberBeyondTheBudget) {
  const Bytes huge = tensor(kFloat, {1 << 15, 1 << 15}, onnx::testing::real(5, 3));
  EXPECT_EQ(error_of(graph({placeholder("x", {2}), constant("c", huge), node("y", "AddV2", {"x", "c"})})),
            "m.pb, byte 50: node 'c' (Const): expected numbers that spread over at most 134217728 bytes, found more");
}

TEST(TensorFlowGraph, RefusesContentOfAnotherSize) {
  const Bytes three = tensor(kFloat, {2}, bytes(4, "abc"));
  EXPECT_EQ(error_of(graph({placeholder("x", {2}), constant("c", three), node("y", "AddV2", {"x", "c"})})),
            "m.pb, byte 50: node 'c' (Const): expected 8 bytes, found 3");
}

TEST(TensorFlowGraph, KeepsOperatorsThatItDoesNotKnow) {
  EXPECT_THAT(notes_of(graph({placeholder("x", {2}), node("y", "Mystery", {"x"})})),
              ElementsAre("Mystery: an operator that dlas does not know"));
}

TEST(TensorFlowGraph, KeepsAConstantOfText) {
  EXPECT_THAT(notes_of(graph({constant("c", tensor(kString, {}, bytes(8, "text"))), node("y", "Mystery", {"c"})})),
              ElementsAre("Const: DT_STRING", "Mystery: an operator that dlas does not know"));
}

TEST(TensorFlowGraph, RefusesACycle) {
  EXPECT_EQ(error_of(graph({node("a", "Neg", {"b"}), node("b", "Neg", {"a"}), node("y", "Neg", {"a"})})),
            "m.pb: node 'a' (Neg): expected a graph without cycles, found one through this node");
}

TEST(TensorFlowGraph, RefusesAnInputThatNothingComputes) {
  EXPECT_EQ(error_of(graph({node("y", "Neg", {"nowhere"})})),
            "m.pb: node 'y': expected inputs that something computes, found 'nowhere'");
}

TEST(TensorFlowGraph, RefusesTwoNodesOfOneName) {
  EXPECT_EQ(error_of(graph({placeholder("x", {2}), node("y", "Neg", {"x"}), node("y", "Abs", {"x"})})),
            "m.pb, byte 63: node 'y' (Abs): expected one node of each name, found two");
}

TEST(TensorFlowGraph, ResolvesOrderWhateverTheFileHas) {
  EXPECT_THAT(answer(graph({node("y", "Neg", {"z"}), node("z", "Abs", {"x"}), placeholder("x", {2})}), -1, 2),
              ElementsAre(-1, -2));
}

TEST(TensorFlowFunctions, TakeThePlaceOfTheirCalls) {
  const Bytes inner = function("inner", {node("n", "Neg", {"x"})}, "n:y:0");
  const Bytes outer = function("outer", {call("c", "inner", "x"), node("a", "AddV2", {"c:output:0", "x"})}, "a:z:0");
  EXPECT_THAT(answer(graph({placeholder("x", {2}), call("first", "outer", "x"), node("y", "AddV2", {"first", "x"})},
                           {outer, inner}),
                     1, 2),
              ElementsAre(1, 2));
}

TEST(TensorFlowFunctions, MayBeOperators) {
  const Bytes own = function("Own", {node("n", "Neg", {"x"})}, "n:y:0");
  EXPECT_THAT(answer(graph({placeholder("x", {2}), node("y", "Own", {"x"})}, {own}), 1, 2), ElementsAre(-1, -2));
}

TEST(TensorFlowFunctions, ThatCallThemselvesAreKept) {
  const Bytes a = function("a", {call("c", "b", "x")}, "c:output:0");
  const Bytes b = function("b", {call("c", "a", "x")}, "c:output:0");
  EXPECT_THAT(notes_of(graph({placeholder("x", {2}), call("y", "a", "x")}, {a, b})),
              ElementsAre("PartitionedCall: the function 'a', which calls itself"));
}

TEST(TensorFlowFunctions, ThatAreNotThereAreKept) {
  EXPECT_THAT(notes_of(graph({placeholder("x", {2}), call("y", "a", "x")})),
              ElementsAre("PartitionedCall: the function 'a', which is not in the file"));
}

// Each of 40 functions calls the next one twice.
TEST(TensorFlowFunctions, DoNotExplode) {
  std::vector<Bytes> functions;
  for (int i = 0; i < 40; ++i) {
    const std::string next = "f" + std::to_string(i + 1);
    functions.push_back(
        function("f" + std::to_string(i), {call("a", next, "x"), call("b", next, "a:output:0")}, "b:output:0"));
  }
  functions.push_back(function("f40", {node("n", "Neg", {"x"})}, "n:y:0"));
  EXPECT_THAT(error_of(graph({placeholder("x", {2}), call("y", "f0", "x")}, functions)),
              HasSubstr("expected at most 75000 nodes, found more"));
}

TEST(TensorFlowFunctions, NestOnlySoDeep) {
  std::vector<Bytes> functions;
  for (int i = 0; i < 70; ++i)
    functions.push_back(function("f" + std::to_string(i), {call("a", "f" + std::to_string(i + 1), "x")}, "a:output:0"));
  functions.push_back(function("f70", {node("n", "Neg", {"x"})}, "n:y:0"));
  EXPECT_THAT(error_of(graph({placeholder("x", {2}), call("y", "f0", "x")}, functions)),
              HasSubstr("expected at most 64 nested functions, found more"));
}

std::vector<Bytes> choice(const Bytes& condition) {
  return {placeholder("x", {2}),           condition,
          node("s", "Switch", {"x", "c"}), node("no", "Neg", {"s"}),
          node("yes", "Abs", {"s:1"}),     node("y", "Merge", {"no", "yes"})};
}

TEST(TensorFlowControlFlow, TakesTheBranchOfAConstantCondition) {
  EXPECT_THAT(answer(graph(choice(constant("c", one_bool(true)))), -1, 2), ElementsAre(1, 2));
  EXPECT_THAT(answer(graph(choice(constant("c", one_bool(false)))), -1, 2), ElementsAre(1, -2));
}

TEST(TensorFlowControlFlow, KeepsABranchThatDependsOnInputs) {
  EXPECT_THAT(notes_of(graph(choice(node("c", "Mystery", {"x"})))),
              ElementsAre("Mystery: an operator that dlas does not know",
                          "Switch: its condition depends on the inputs of the model",
                          "Merge: branches of which more than one may be taken"));
}

TEST(TensorFlowControlFlow, CallsTheFunctionOfTheBranch) {
  const Bytes yes = function("yes", {node("n", "Abs", {"x"})}, "n:y:0");
  const Bytes no = function("no", {node("n", "Neg", {"x"})}, "n:y:0");
  const auto model = [&](float condition) {
    return graph({placeholder("x", {2}), constant("c", one_float(condition)),
                  node("y", "If", {"c", "x"}, of_function("then_branch", "yes") + of_function("else_branch", "no"))},
                 {yes, no});
  };
  EXPECT_THAT(answer(model(0.5), -1, 2), ElementsAre(1, 2));
  EXPECT_THAT(answer(model(0), -1, 2), ElementsAre(1, -2));
}

TEST(TensorFlowControlFlow, KeepsALoop) {
  const auto notes = notes_of(graph({placeholder("x", {2}), node("e", "Enter", {"x"}), node("m", "Merge", {"e", "n"}),
                                     node("n", "NextIteration", {"m"}), node("y", "Exit", {"m"})}));
  EXPECT_THAT(notes, ElementsAre("Enter: an operator that dlas does not know", "Merge: a loop",
                                 "Exit: an operator that dlas does not know"));
}

// A shorter file is a smaller model or an error, and never anything else.
TEST(TensorFlowGraph, IsCutOffAnywhere) {
  for (const char* name : {"old.pb", "frozen.pb"}) {
    const std::string whole = content_of(fixture(name));
    ASSERT_GT(whole.size(), 1000U);
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const auto graph = read_graph(std::string_view(whole).substr(0, size), nullptr, "m.pb");
      if (!graph.ok()) {
        EXPECT_NE(graph.error().code, Code::internal);
      }
    }
  }
}

class SavedModelCopy : public ::testing::Test {
 protected:
  void SetUp() override {
    fs::copy(fixture("old"), folder_, fs::copy_options::recursive | fs::copy_options::overwrite_existing);
  }
  void TearDown() override { fs::remove_all(folder_); }
  void write(const std::string& name, const std::string& bytes) const {
    std::ofstream(folder_ / name, std::ios::binary | std::ios::trunc) << bytes;
  }
  std::string error() const {
    const auto read = read_saved_model(folder_.string(), "");
    return read.ok() ? "" : read.error().message().substr(folder_.string().size());
  }

  const fs::path folder_ =
      fs::temp_directory_path() /
      (std::string("dlas-saved-model-") + ::testing::UnitTest::GetInstance()->current_test_info()->name());
  const std::string index_ = "variables/variables.index", data_ = "variables/variables.data-00000-of-00001";
};

TEST_F(SavedModelCopy, IsReadFromItsFolderOrItsFile) {
  const auto folder = load(folder_.string()), file = load((folder_ / "saved_model.pb").string());
  ASSERT_TRUE(folder.ok() && file.ok());
  EXPECT_EQ(folder->format, "TensorFlow SavedModel");
  EXPECT_EQ(structure_hash(folder->graph), structure_hash(file->graph));
  EXPECT_EQ(folder->content, file->content);
}

TEST_F(SavedModelCopy, KeepsWhereItsWeightsStand) {
  const auto read = read_saved_model(folder_.string(), "");
  ASSERT_TRUE(read.ok()) << read.error().message();
  const Value& w = read->graph.value(read->graph.find("stem/w"));
  EXPECT_EQ(w.origin.file, (folder_ / data_).string());
  EXPECT_EQ(w.origin.name, "stem/w");
  EXPECT_EQ(w.origin.offset, 16U);
  EXPECT_EQ(w.origin.bytes, 432U);
}

TEST_F(SavedModelCopy, IsCutOffAnywhere) {
  const std::string whole = content_of(fixture("old/saved_model.pb"));
  for (std::size_t size = 0; size < whole.size(); size += 3) {
    write("saved_model.pb", whole.substr(0, size));
    const auto read = read_saved_model(folder_.string(), "");
    if (!read.ok()) {
      EXPECT_NE(read.error().code, Code::internal);
    }
  }
}

TEST_F(SavedModelCopy, RefusesATableThatIsCutOff) {
  const std::string whole = content_of(fixture("old/" + index_));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    write(index_, whole.substr(0, size));
    EXPECT_FALSE(read_saved_model(folder_.string(), "").ok()) << size;
  }
}

TEST_F(SavedModelCopy, RefusesAnyOtherByteInItsWeights) {
  std::string bytes = content_of(fixture("old/" + data_));
  bytes[20] = static_cast<char>(bytes[20] ^ 1);
  write(data_, bytes);
  EXPECT_THAT(error(), HasSubstr("/variables/variables.data-00000-of-00001, byte 16: node 'stem/conv' (Conv2D), "
                                 "variable 'stem/w': expected bytes "
                                 "with the checksum "));
}

TEST_F(SavedModelCopy, RefusesWeightsThatAreCutOff) {
  write(data_, content_of(fixture("old/" + data_)).substr(0, 440));
  EXPECT_EQ(error(),
            "/variables/variables.index: node 'stem/conv' (Conv2D), variable 'stem/w': expected 432 bytes "
            "from byte 16 on, found a file of 440 bytes");
}

TEST_F(SavedModelCopy, RefusesAMissingShard) {
  fs::remove(folder_ / data_);
  EXPECT_THAT(error(), HasSubstr("variables.data-00000-of-00001"));
}

TEST_F(SavedModelCopy, RefusesAShardOutsideItsFolder) {
  fs::remove(folder_ / data_);
  fs::create_symlink(fixture("old/" + data_), folder_ / data_);
  const auto read = read_saved_model(folder_.string(), "");
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().code, Code::containment);
}

TEST_F(SavedModelCopy, NeedsItsVariables) {
  fs::remove_all(folder_ / "variables");
  EXPECT_THAT(error(), HasSubstr("expected variables/variables.index with 'stem/w', found none"));
}

TEST_F(SavedModelCopy, NamesTheSignaturesThatThereAre) {
  const auto read = read_saved_model(folder_.string(), "serving");
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().message().substr(folder_.string().size()),
            "/saved_model.pb: expected a signature: serving_default, found 'serving' (nearest: serving_default)");
}

TEST(Load, RefusesASignatureOfAnotherFormat) {
  const auto read = load(fixture("old.pb"), "serving_default");
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().code, Code::usage);
}

}  // namespace
}  // namespace dlas::tensorflow
