// What is printed is what was read: the text of a graph parses back to an equal graph, for real files and for random graphs of all
// operators.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <random>
#include <set>

#include "model/executor/random_nodes_testing.h"
#include "model/format/format.h"
#include "model/graph/text_form.h"
#include "model/graph/verify.h"

namespace dlas {
namespace {

namespace fs = std::filesystem;

void expect_round_trip(const Graph& graph, const std::string& what) {
  const std::string text = to_text(graph);
  const auto again = parse_graph(text, op::find_op);
  ASSERT_TRUE(again.ok()) << what << ": " << again.error().message();
  EXPECT_EQ(to_text(*again), text) << what;
  EXPECT_EQ(structure_hash(*again), structure_hash(graph)) << what;
}

int expect_round_trip_of_files(const fs::path& folder) {
  int files = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const auto kind = entry.path().extension();
    if (kind != ".onnx" && kind != ".tflite") continue;
    const auto model = load(entry.path().string());
    EXPECT_TRUE(model.ok()) << entry.path() << ": " << model.error().message();
    if (!model.ok()) continue;
    expect_round_trip(model->graph, entry.path().string());
    ++files;
  }
  return files;
}

TEST(RoundTrip, OfTheDemosModelsThroughText) {
  EXPECT_GE(expect_round_trip_of_files(fs::path(DLAS_SOURCE_DIR) / "demo/models"), 7);
}

TEST(RoundTrip, OfRealModelsThroughText) {
  const char* named = std::getenv("DLAS_SHARED");
  const fs::path shared = named ? fs::path(named) : fs::path(DLAS_SOURCE_DIR).parent_path() / "shared";
  if (!fs::exists(shared / "data/models")) GTEST_SKIP() << "no real models in " << shared;
  EXPECT_GE(expect_round_trip_of_files(shared / "data/models"), 6);
  EXPECT_GE(expect_round_trip_of_files(shared / "data/onnx-light"), 5);
}

TEST(RoundTrip, OfRandomGraphsThroughText) {
  std::mt19937 random(1);
  std::set<std::string> operators;
  for (int i = 0; i < 5'000; ++i) {
    std::vector<std::uint8_t> bytes(600);
    for (std::uint8_t& b : bytes) b = static_cast<std::uint8_t>(random());
    const Graph graph = testing::RandomNodes(bytes).make();
    if (graph.nodes().empty() || !verify(graph).ok()) continue;
    for (const Node& node : graph.nodes()) operators.insert(node.op_name);
    expect_round_trip(graph, "graph " + std::to_string(i));
    if (HasFailure()) break;
  }
  EXPECT_GT(operators.size(), 60U) << "no evidence: too few operators came up";
}

}  // namespace
}  // namespace dlas
