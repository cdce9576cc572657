// The passes as a whole: on random networks each level, each pass alone and each left out keep the numbers of the oracle; so do
// all levels on real models.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "compiler/pass/list.h"
#include "compiler/pass_testing.h"
#include "model/executor/fold.h"
#include "model/format/format.h"

namespace dlas::compiler {
namespace {

using testing::deviation;
using testing::Equality;
using testing::random_graph;

constexpr std::uint64_t kGraphs = 40;

// The optimised graph; a failure when a pass breaks the graph or changes nothing without a reason.
Graph optimised(const Graph& graph, const Pipeline& pipeline) {
  const auto done = optimise(graph, pipeline);
  EXPECT_TRUE(done.ok()) << done.error().message();
  if (!done.ok()) return graph;
  for (const PassReport& r : done->reports)
    EXPECT_FALSE(r.outcome.changes.empty() && r.outcome.obstacles.empty() && r.outcome.absent.empty()) << r.pass;
  return done->graph;
}

Pipeline without(const Pipeline& pipeline, const Pass* pass) {
  Pipeline out = pipeline;
  std::erase_if(out.steps, [&](const Step& s) { return s.pass == pass; });
  return out;
}

Pipeline exact_part(int level) { return without(pipeline_of(level), &fast_math); }

TEST(Optimise, KeepsTheNumbersAtEachLevel) {
  for (std::uint64_t seed = 1; seed <= kGraphs; ++seed) {
    const Graph graph = random_graph(seed);
    for (int level = 0; level <= kHighestLevel; ++level) {
      const Graph after = optimised(graph, exact_part(level));
      EXPECT_EQ(deviation(graph, after, Equality::rounded, seed), "")
          << "random_graph(" << seed << "), level " << level;
    }
  }
}

TEST(Optimise, KeepsTheNumbersWithoutRounding) {
  // The constants of spelled-out activations are float32 numbers (1/sqrt 2), those of the operators are not: that pass stays out.
  const Pipeline pipeline = without(exact_part(kHighestLevel), &canonicalize_activations);
  for (std::uint64_t seed = 1; seed <= kGraphs; ++seed) {
    const Graph graph = testing::widened(random_graph(seed));
    EXPECT_EQ(deviation(graph, optimised(graph, pipeline), Equality::float64, seed), "")
        << "random_graph(" << seed << ")";
  }
}

TEST(Optimise, KeepsTheNumbersWithEachPassAlone) {
  for (const Pass* pass : all_passes()) {
    if (pass == &fast_math) continue;
    const auto pipeline = parse_pipeline(pass->name);
    std::size_t changed = 0;
    for (std::uint64_t seed = 1; seed <= kGraphs; ++seed) {
      const Graph graph = random_graph(seed);
      const auto done = optimise(graph, *pipeline);
      ASSERT_TRUE(done.ok()) << done.error().message();
      if (done->reports[0].outcome.changes.empty()) continue;
      ++changed;
      EXPECT_EQ(deviation(graph, done->graph, Equality::rounded, seed), "")
          << "random_graph(" << seed << "), " << pass->name;
    }
    const bool needs_others = pass == &combine_parallel_dense || pass == &lower_quantized || pass == &remove_dead_code;
    EXPECT_TRUE(changed > 0 || needs_others) << pass->name << " found nothing to do";
  }
}

TEST(Optimise, KeepsTheNumbersWithEachPassLeftOut) {
  for (const Pass* pass : all_passes())
    for (std::uint64_t seed = 1; seed <= kGraphs / 4; ++seed) {
      const Graph graph = random_graph(seed);
      const Graph after = optimised(graph, without(exact_part(kHighestLevel), pass));
      EXPECT_EQ(deviation(graph, after, Equality::rounded, seed), "") << "random_graph(" << seed << "), " << pass->name;
    }
}

TEST(Optimise, KeepsSizesThatAreNotKnown) {
  const Graph graph = testing::graph_of(R"(input "x" f32 [batch,3,8,8]
      const "w" f32 [4,3,3,3] = noise
      const "s" f32 [4] = noise
      const "v" f32 [4] = {1, 2, 3, 4}
      node "conv" "Conv" {} ("x", "w") -> ("a")
      node "norm" "BatchNormalization" {} ("a", "s", "s", "s", "v") -> ("b")
      node "relu" "Relu" {} ("b") -> ("c")
      node "mean" "GlobalAveragePool" {} ("c") -> ("y")
      output "y")");
  const Graph after = optimised(graph, pipeline_of(3));
  EXPECT_EQ(text(after.value(after.outputs[0]).type), "f32 [batch,4,1,1]");
  EXPECT_NE(testing::outline(after).find("[Conv + Relu]"), std::string::npos) << testing::outline(after);
}

TEST(Optimise, RefusesABrokenGraph) {
  Graph graph = random_graph(1);
  graph.outputs.push_back(
      graph.add_value({.name = "nothing", .type = Type(DType::f32, {1}), .constant = {}, .origin = {}}));
  EXPECT_EQ(optimise(graph, pipeline_of(3)).error().message(),
            "value 'nothing': expected an output that something computes, found nothing");
}

// Real models: the demo's, and those of the shared folder where it is.
std::vector<std::string> models() {
  namespace fs = std::filesystem;
  std::vector<std::string> out;
  const char* named = std::getenv("DLAS_SHARED");
  const fs::path shared = named ? fs::path(named) : fs::path(DLAS_SOURCE_DIR) / ".." / "shared";
  for (const fs::path& folder : {fs::path(DLAS_SOURCE_DIR) / "demo/models", shared / "data/models"}) {
    std::error_code none;
    for (const auto& entry : fs::directory_iterator(folder, none))
      if (entry.path().extension() == ".onnx" || entry.path().extension() == ".tflite")
        out.push_back(entry.path().string());
  }
  std::ranges::sort(out);
  return out;
}

class RealModel : public ::testing::TestWithParam<std::string> {};

TEST_P(RealModel, KeepsItsNumbers) {
  auto model = load(GetParam());
  ASSERT_TRUE(model.ok()) << model.error().message();
  Graph& graph = model->graph;
  std::map<std::string, std::int64_t> sizes;
  for (const ValueId v : graph.inputs)
    if (const Dim& batch = graph.value(v).type.dim(0); !batch.known())
      sizes[batch.name().empty() ? "*" : batch.name()] = 1;
  ASSERT_TRUE(bind_sizes(graph, sizes).ok());
  const Graph after = optimised(graph, exact_part(kHighestLevel));
  const bool integers = graph.value(graph.outputs[0]).type.quantized();
  EXPECT_EQ(deviation(graph, after, integers ? Equality::exact : Equality::rounded), "");
}

std::string label(const ::testing::TestParamInfo<std::string>& model) {
  const std::filesystem::path path(model.param);
  std::string name = path.stem().string() + "_" + path.extension().string().substr(1);
  std::ranges::replace_if(name, [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); }, '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Of, RealModel, ::testing::ValuesIn(models()), label);

}  // namespace
}  // namespace dlas::compiler
