// Models that no exporter writes: cut off, wired wrongly, larger than they look. An answer or one clear error, never a crash.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/limits.h"
#include "model/executor/reference.h"
#include "model/format/onnx/reader.h"
#include "model/format/onnx/wire_testing.h"

namespace dlas::onnx {
namespace {

using testing::Bytes;

class BrokenModel : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / fmt::format("dlas-broken-model-{}", ::getpid());
    std::filesystem::create_directory(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, const Bytes& content) const {
    const std::string path = (folder_ / name).string();
    std::ofstream(path, std::ios::binary) << content;
    return path;
  }
  Result<Graph> graph_of(const Bytes& content) const {
    DLAS_ASSIGN(const File file, open_file(write("m.onnx", content)));
    return read(file);
  }
  // The error without the path; empty when there is none.
  std::string error_of(const Bytes& content) const {
    const auto graph = graph_of(content);
    if (graph.ok()) return "";
    std::string message = graph.error().message();
    for (auto at = message.find(folder_.string()); at != std::string::npos; at = message.find(folder_.string()))
      message.erase(at, folder_.string().size() + 1);
    return message;
  }

  std::filesystem::path folder_;
};

const std::vector<std::int64_t> kOne = {1};

// x [1] -> the nodes -> y.
Bytes chain(const std::vector<Bytes>& nodes, const std::vector<Bytes>& constants = {}, const Bytes& more = "") {
  const testing::GraphParts parts{nodes,
                                  constants,
                                  {testing::value_info("x", testing::kFloat, kOne)},
                                  {testing::value_info("y", testing::kFloat, kOne)}};
  return testing::model(testing::graph(parts), 21, more);
}

Bytes weight(const Bytes& data) { return testing::tensor("w", testing::kFloat, {1}, data); }
Bytes external(const std::vector<std::pair<std::string, std::string>>& entries) {
  Bytes out = testing::number(14, 1);
  for (const auto& [key, value] : entries) out += testing::bytes(13, testing::bytes(1, key) + testing::bytes(2, value));
  return out;
}
Bytes added(const Bytes& data) { return chain({testing::node("Add", {"x", "w"}, {"y"})}, {weight(data)}); }

TEST_F(BrokenModel, CutOffAtAnyByteIsAnErrorOrAModelOfWhatIsLeft) {
  for (const char* name : {"functions", "if_captured", "old_forms_6", "typed_data"}) {
    const auto file = open_file(std::string(DLAS_SOURCE_DIR) + "/src/model/format/onnx/fixtures/" + name + ".onnx");
    ASSERT_TRUE(file.ok());
    std::size_t refused = 0;
    for (std::size_t size = 0; size < file->size(); ++size) {
      const auto graph = graph_of(Bytes(file->chars().substr(0, size)));
      if (graph.ok()) continue;
      ++refused;
      EXPECT_NE(graph.error().code, Code::internal) << name << " " << size;
      EXPECT_FALSE(graph.error().expected.empty()) << name << " " << size;
    }
    // Only between the fields behind the graph can a cut leave a whole model.
    EXPECT_GE(refused + 4, file->size()) << name;
  }
}

TEST_F(BrokenModel, EveryFlippedByteIsAnAnswerOrAnError) {
  const Bytes good = chain({testing::node("Add", {"x", "w"}, {"y"})}, {weight(testing::raw("\0\0\x80\x3f"))});
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (const int flip : {0x01, 0x80, 0xFF}) {
      Bytes bad = good;
      bad[at] = static_cast<char>(bad[at] ^ flip);
      const auto graph = graph_of(bad);
      EXPECT_TRUE(graph.ok() || graph.error().code != Code::internal) << at << ": " << graph.error().message();
    }
  }
}

TEST_F(BrokenModel, CallsOfAFunctionAreInlinedInLinearTime) {
  std::vector<Bytes> nodes;
  std::vector<std::string> names = {"x"};
  for (int i = 0; i < 2000; ++i) names.push_back(i == 1999 ? "y" : fmt::format("v{}", i));
  for (int i = 0; i < 2000; ++i) nodes.push_back(testing::node("Twice", {names[i]}, {names[i + 1]}, "", "ours"));
  // 300 other functions before the one that is called: a search through all of them at each call would show.
  Bytes functions;
  for (int i = 0; i < 300; ++i)
    functions += testing::bytes(25, testing::bytes(1, fmt::format("Other{}", i)) + testing::bytes(10, "ours"));
  functions += testing::bytes(25, testing::bytes(1, "Twice") + testing::bytes(10, "ours") + testing::bytes(4, "a") +
                                      testing::bytes(5, "r") + testing::bytes(7, testing::node("Neg", {"a"}, {"m"})) +
                                      testing::bytes(7, testing::node("Neg", {"m"}, {"r"})));
  const auto graph = graph_of(chain(nodes, {}, functions));
  ASSERT_TRUE(graph.ok()) << graph.error().message();
  EXPECT_EQ(graph->nodes().size(), 4000U);
}

TEST_F(BrokenModel, AFunctionMayHandAnInputThrough) {
  const Bytes function = testing::bytes(
      25, testing::bytes(1, "Same") + testing::bytes(10, "ours") + testing::bytes(4, "a") + testing::bytes(5, "a"));
  const auto graph = graph_of(chain({testing::node("Same", {"x"}, {"y"}, "", "ours")}, {}, function));
  ASSERT_TRUE(graph.ok()) << graph.error().message();
  ASSERT_EQ(graph->nodes().size(), 1U);
  EXPECT_EQ(graph->nodes()[0].op_name, "Identity");
}

TEST_F(BrokenModel, AFunctionThatCallsItselfIsRefused) {
  const Bytes function = testing::bytes(25, testing::bytes(1, "Self") + testing::bytes(10, "ours") +
                                                testing::bytes(4, "a") + testing::bytes(5, "r") +
                                                testing::bytes(7, testing::node("Self", {"a"}, {"r"}, "", "ours")));
  const std::string error = error_of(chain({testing::node("Self", {"x"}, {"y"}, "", "ours")}, {}, function));
  EXPECT_NE(error.find("expected at most 64 nested graphs and functions, found more"), std::string::npos) << error;
}

TEST_F(BrokenModel, NamesWhatIsWiredWrongly) {
  EXPECT_EQ(error_of(chain({testing::node("Neg", {"z"}, {"y"})})),
            "m.onnx, byte 6: node 'Neg_0' (Neg): expected inputs that something computes, found 'z'");
  EXPECT_EQ(error_of(chain({testing::node("Neg", {"x"}, {"z"})})),
            "m.onnx, byte 39: expected outputs that something computes, found 'y'");
  EXPECT_NE(error_of(chain({testing::node("Neg", {"x"}, {"y"}), testing::node("Abs", {"x"}, {"y"})})), "");
  EXPECT_NE(error_of(chain({testing::node("Neg", {"y"}, {"y"})})), "");
}

TEST_F(BrokenModel, AnOpsetNewerThanKnownIsToldOf) {
  const testing::GraphParts parts{{testing::node("Neg", {"x"}, {"y"})},
                                  {},
                                  {testing::value_info("x", testing::kFloat, kOne)},
                                  {testing::value_info("y", testing::kFloat, kOne)}};
  const auto graph = graph_of(testing::model(testing::graph(parts), 29));
  ASSERT_TRUE(graph.ok()) << graph.error().message();
  ASSERT_EQ(graph->notes.size(), 1U);
  EXPECT_EQ(graph->notes[0].text,
            "opset 29 is newer than 28, the newest that dlas knows: operators may mean something else");
}

TEST_F(BrokenModel, AConstantOfTextStaysAndSaysWhy) {
  const Bytes text = testing::attribute("value_string", 3, testing::bytes(4, "abc"));
  const auto graph =
      graph_of(chain({testing::node("Constant", {}, {"c"}, text), testing::node("Add", {"x", "c"}, {"y"})}));
  ASSERT_TRUE(graph.ok()) << graph.error().message();
  ASSERT_EQ(graph->notes.size(), 1U);
  EXPECT_EQ(graph->notes[0].text, "expected a constant of numbers, found an attribute 'value_string'");
}

TEST_F(BrokenModel, DataOfAnotherSizeIsRefused) {
  EXPECT_EQ(error_of(added(testing::raw("123"))), "m.onnx, byte 25: tensor 'w': expected 4 bytes of raw data, found 3");
  EXPECT_EQ(error_of(added("")), "m.onnx, byte 25: tensor 'w': expected 1 elements, found 0");
}

TEST_F(BrokenModel, ExternalDataStaysInItsFolder) {
  write("w.bin", Bytes(16, '\0'));
  EXPECT_EQ(error_of(added(external({{"location", "w.bin"}, {"offset", "12"}}))), "");
  EXPECT_EQ(error_of(added(external({{"location", "w.bin"}, {"offset", "13"}}))),
            "w.bin, byte 25: tensor 'w': expected 4 bytes from byte 13 on, found a file of 16 bytes");
  EXPECT_NE(error_of(added(external({{"location", "w.bin"}, {"offset", "18446744073709551615"}}))), "");
  EXPECT_NE(error_of(added(external({{"location", "w.bin"}, {"offset", "-1"}}))), "");
  EXPECT_NE(error_of(added(external({{"location", "w.bin"}, {"length", "5"}}))), "");
  EXPECT_NE(error_of(added(external({{"offset", "0"}}))), "");
  std::filesystem::create_directory(folder_ / "inner");
  std::filesystem::create_symlink(folder_ / "w.bin", folder_ / "link.bin");
  std::filesystem::create_hard_link(folder_ / "w.bin", folder_ / "inner" / "hard.bin");
  for (const char* location : {"../w.bin", "inner/../../w.bin", "/etc/hostname", "link.bin", "inner/hard.bin", "inner",
                               "none.bin", "m.onnx/w.bin"}) {
    const auto graph = graph_of(added(external({{"location", location}})));
    ASSERT_FALSE(graph.ok()) << location;
    EXPECT_NE(graph.error().code, Code::internal) << location;
  }
  const auto escape = graph_of(added(external({{"location", "../w.bin"}})));
  EXPECT_EQ(escape.error().code, Code::containment);
}

TEST_F(BrokenModel, TheBudgetOfNodesHoldsForFunctionsInFunctions) {
  // 2^16 nodes from 16 functions that call the one before twice.
  Bytes functions =
      testing::bytes(25, testing::bytes(1, "F0") + testing::bytes(10, "ours") + testing::bytes(4, "a") +
                             testing::bytes(5, "r") + testing::bytes(7, testing::node("Neg", {"a"}, {"r"})));
  for (int i = 1; i <= 16; ++i) {
    const std::string before = fmt::format("F{}", i - 1);
    functions += testing::bytes(25, testing::bytes(1, fmt::format("F{}", i)) + testing::bytes(10, "ours") +
                                        testing::bytes(4, "a") + testing::bytes(5, "r") +
                                        testing::bytes(7, testing::node(before, {"a"}, {"m"}, "", "ours")) +
                                        testing::bytes(7, testing::node(before, {"m"}, {"r"}, "", "ours")));
  }
  const Bytes model = chain({testing::node("F16", {"x"}, {"y"}, "", "ours")}, {}, functions);
  const auto saved = limits().nodes;
  limits().nodes = 1000;
  const std::string error = error_of(model);
  limits().nodes = saved;
  EXPECT_NE(error.find("expected at most 1000 nodes, found more"), std::string::npos) << error;
}

}  // namespace
}  // namespace dlas::onnx
