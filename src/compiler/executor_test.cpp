// Compiled code against the oracle: on random networks and on real models, at each level, for any number of threads, for any value
// that is asked for.
#include "compiler/executor.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <new>
#include <thread>

#include "algorithm/target.h"
#include "base/limits.h"
#include "base/threads.h"
#include "compiler/executor_testing.h"
#include "compiler/pass_testing.h"
#include "model/executor/reference.h"
#include "model/graph/text_form.h"
#include "model/op/list.h"

namespace dlas::compiler {
namespace {

using testing::computed_values;
using testing::difference;
using testing::graph_of;
using testing::noise_inputs;
using testing::random_graph;

constexpr std::uint64_t kGraphs = 40;

std::unique_ptr<CompiledExecutor> made(const Graph& graph, const std::string& spec = "compiled") {
  const auto parsed = parse_executor(spec);
  check(parsed.ok(), parsed.ok() ? "" : parsed.error().message());
  auto out = make_compiled(graph, *parsed);
  EXPECT_TRUE(out.ok()) << out.error().message();
  return out.ok() ? *std::move(out) : nullptr;
}

std::vector<Tensor> outputs(const Executor& executor, const std::vector<Tensor>& inputs) {
  auto out = executor.run(inputs, {});
  EXPECT_TRUE(out.ok()) << out.error().message();
  return out.ok() ? out->outputs : std::vector<Tensor>();
}

TEST(Executor, GivesTheOraclesAnswersAtEachLevel) {
  for (std::uint64_t seed = 1; seed <= kGraphs; ++seed) {
    const Graph graph = random_graph(seed);
    for (const char* spec : {"compiled:level=0", "compiled:level=1", "compiled:level=2", "compiled:level=3",
                             "compiled:level=4,-fast_math"}) {
      const auto executor = made(graph, spec);
      EXPECT_EQ(difference(*executor, noise_inputs(graph, seed), {}, seed), "")
          << "random_graph(" << seed << "), " << spec;
    }
  }
}

TEST(Executor, GivesTheOraclesAnswersForEachTarget) {
  for (const algorithm::Target& target : algorithm::targets()) {
    if (!algorithm::parse_target(target.name).ok()) continue;  // this processor lacks it
    for (std::uint64_t seed = 1; seed <= kGraphs / 4; ++seed) {
      const Graph graph = random_graph(seed);
      EXPECT_EQ(difference(*made(graph, "compiled:" + target.name), noise_inputs(graph, seed), {}, seed), "")
          << "random_graph(" << seed << "), " << target.name;
    }
  }
}

TEST(Executor, GivesEveryValueThatIsAskedFor) {
  for (std::uint64_t seed = 1; seed <= kGraphs; ++seed) {
    const Graph graph = random_graph(seed);
    const auto executor = made(graph);
    const std::vector<ValueId> all = computed_values(graph);
    EXPECT_EQ(difference(*executor, noise_inputs(graph, seed), all, seed), "")
        << "random_graph(" << seed << "), all values";
    for (std::size_t i = 0; i < all.size(); i += 5)
      EXPECT_EQ(difference(*executor, noise_inputs(graph, seed), {&all[i], 1}, seed), "")
          << "random_graph(" << seed << "), value " << graph.value(all[i]).name;
  }
}

TEST(Executor, GivesInputsAndConstantsThatAreAskedForAsTheyAre) {
  const Graph graph = random_graph(3);
  const auto inputs = noise_inputs(graph, 3);
  std::vector<ValueId> keep = graph.inputs;
  for (std::size_t v = 0; v < graph.values().size(); ++v)
    if (graph.values()[v].is_constant()) keep.push_back(static_cast<ValueId>(v));
  const auto out = made(graph)->run(inputs, keep);
  ASSERT_TRUE(out.ok()) << out.error().message();
  EXPECT_TRUE(out->kept[0].same_bits(inputs[0]));
  for (std::size_t i = 1; i < keep.size(); ++i) EXPECT_TRUE(out->kept[i].same_bits(graph.value(keep[i]).constant));
}

TEST(Executor, GivesTheSameBitsForAnyNumberOfThreads) {
  for (std::uint64_t seed = 1; seed <= kGraphs; ++seed) {
    const Graph graph = random_graph(seed);
    const auto inputs = noise_inputs(graph, seed);
    const auto one = outputs(*made(graph, "compiled:threads=1"), inputs);
    for (const char* spec : {"compiled:threads=2", "compiled:threads=3"}) {
      const auto more = outputs(*made(graph, spec), inputs);
      ASSERT_EQ(more.size(), one.size());
      for (std::size_t i = 0; i < one.size(); ++i) EXPECT_TRUE(one[i].same_bits(more[i])) << seed << " " << spec;
    }
  }
}

TEST(Executor, GivesTheSameBitsAgain) {
  const Graph graph = random_graph(5);
  const auto executor = made(graph);
  const auto a = noise_inputs(graph, 1), b = noise_inputs(graph, 2);
  const auto first = outputs(*executor, a);
  outputs(*executor, b);
  const auto again = outputs(*executor, a);
  for (std::size_t i = 0; i < first.size(); ++i) EXPECT_TRUE(first[i].same_bits(again[i]));
}

TEST(Executor, RunsInSeveralThreadsAtOnce) {
  const Graph graph = random_graph(8);
  const auto executor = made(graph, "compiled:threads=2");
  std::vector<std::vector<Tensor>> inputs, alone;
  for (std::uint64_t i = 0; i < 4; ++i) {
    inputs.push_back(noise_inputs(graph, i));
    alone.push_back(outputs(*executor, inputs.back()));
  }
  std::vector<int> wrong(inputs.size(), 0);
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < inputs.size(); ++i)
      threads.emplace_back([&, i] {
        for (int round = 0; round < 20; ++round) {
          const auto out = executor->run(inputs[i], {});
          wrong[i] += !out.ok() || !out->outputs[0].same_bits(alone[i][0]);
        }
      });
  }
  EXPECT_EQ(wrong, std::vector<int>(inputs.size(), 0));
}

constexpr const char* kOpenBatch = R"(input "x" f32 [batch,3,8,8]
    const "w" f32 [16,3,3,3] = noise
    const "v" f32 [16,10] = noise
    node "conv" "Conv" {"pads"=[1,1,1,1]} ("x", "w") -> ("a")
    node "relu" "Relu" {} ("a") -> ("b")
    node "mean" "GlobalAveragePool" {} ("b") -> ("c")
    node "flat" "Flatten" {} ("c") -> ("d")
    node "dense" "MatMul" {} ("d", "v") -> ("e")
    node "soft" "Softmax" {} ("e") -> ("y")
    output "y")";

TEST(Executor, TakesEverySizeThatTheGraphLeavesOpen) {
  const Graph graph = graph_of(kOpenBatch);
  const auto executor = made(graph);
  std::mt19937_64 random(1);
  for (const std::int64_t batch : {1, 3, 2, 1, 5, 4, 6, 1}) {
    const std::vector<Tensor> inputs{testing::noise(DType::f32, {batch, 3, 8, 8}, random)};
    EXPECT_EQ(difference(*executor, inputs, computed_values(graph)), "") << "batch " << batch;
  }
}

TEST(Executor, RefusesWhatTheGraphDoesNotTake) {
  const auto executor = made(graph_of(kOpenBatch));
  const auto out = executor->run(std::vector<Tensor>{Tensor::make(DType::f32, {1, 3, 8, 9})}, {});
  EXPECT_EQ(out.error().message(), "input 'x': expected f32 [batch,3,8,8], found f32 [1,3,8,9]");
}

TEST(Executor, KeepsToTheBudgets) {
  const Graph graph = graph_of(kOpenBatch);
  const auto executor = made(graph);
  const std::vector<Tensor> inputs{Tensor::make(DType::f32, {1, 3, 8, 8})};
  const Limits before = limits();
  limits().operations = 1000;
  EXPECT_EQ(executor->run(inputs, {}).error().message(), "expected at most 1000 operations in one run, found 27808");
  limits() = before;
  limits().live_bytes = 6000;
  const auto large = make_compiled(graph, *parse_executor("compiled"));
  EXPECT_TRUE(
      (*large)->run(inputs, {}).error().message().starts_with("expected at most 6000 bytes of values at once, found "));
  limits() = before;
}

TEST(Executor, SaysWhatRunsInTheReferenceAndWhy) {
  const Graph graph = graph_of(R"(input "x" f32 [1,4,5,5]
    node "cumsum" "LpNormalization" {"axis"=1,"p"=2} ("x") -> ("a")
    node "relu" "Relu" {} ("a") -> ("y")
    output "y")");
  const auto executor = made(graph);
  EXPECT_EQ(difference(*executor, noise_inputs(graph, 1)), "");
  const auto report = executor->report(noise_inputs(graph, 1), 3);
  ASSERT_TRUE(report.ok()) << report.error().message();
  ASSERT_EQ(report->tasks.size(), 2U);
  EXPECT_EQ(report->tasks[0].fallback, "no fast kernel for LpNormalization");
  EXPECT_EQ(report->tasks[1].fallback, "");
  EXPECT_GT(report->fallback_share(), 0);
  EXPECT_LT(report->fallback_share(), 1);
}

TEST(Executor, DescribesItself) {
  const Graph graph = random_graph(1);
  EXPECT_EQ(made(graph, "compiled:level=2,threads=1,-fold_constants")->describe(),
            "compiled code: " + algorithm::native().name + ", level 2, 1 thread, -fold_constants");
}

TEST(Executor, IsChosenBySpecification) {
  const Graph graph = random_graph(1);
  const auto describe = [&](const char* spec) { return (*make_executor(graph, *parse_executor(spec)))->describe(); };
  EXPECT_TRUE(describe("auto").starts_with("compiled code: "));
  EXPECT_TRUE(describe("compiled").starts_with("compiled code: "));
  EXPECT_TRUE(describe("reference").starts_with("reference interpreter"));
}

TEST(Executor, AutomaticallyIsTheReferenceForMoreThanTenThousandNodes) {
  const auto chain = [](int nodes) {
    std::string text = "graph \"g\"\ninput \"v0\" f32 [1]\n";
    for (int i = 0; i < nodes; ++i)
      text += fmt::format("node \"n{0}\" \"Relu\" {{}} (\"v{0}\") -> (\"v{1}\" f32 [1])\n", i, i + 1);
    return *parse_graph(text + fmt::format("output \"v{}\"\n", nodes), op::find_op);
  };
  EXPECT_TRUE(compiles_automatically(chain(10'000)));
  EXPECT_FALSE(compiles_automatically(chain(10'001)));
}

// The operands' integers stand for other numbers, so they cannot be laid side by side as they are.
TEST(Executor, JoinsQuantisedValuesOfDifferentScalesAsTheOracleDoes) {
  const Graph graph = graph_of(R"(input "x" u8 [1,4] q -1 8 f[0.1] [0]
      input "y" u8 [1,4] q -1 8 f[0.2] [3]
      node "n" "Concat" {"axis"=1} ("x", "y") -> ("z" u8 [1,8] q -1 8 f[0.2] [1])
      output "z")");
  const std::vector<Tensor> inputs = {Tensor::of<std::uint8_t>({1, 4}, {0, 10, 100, 255}),
                                      Tensor::of<std::uint8_t>({1, 4}, {0, 3, 100, 255})};
  const auto oracle = (*make_reference(graph))->run(inputs, {});
  const auto found = made(graph, "compiled")->run(inputs, {});
  ASSERT_TRUE(oracle.ok()) << oracle.error().message();
  ASSERT_TRUE(found.ok()) << found.error().message();
  EXPECT_TRUE(found->outputs[0].same_bits(oracle->outputs[0]));
}

// One operator each, in the forms that have a rule of their own.
struct OneOperator {
  const char* name;
  const char* text;
};
const OneOperator kOperators[] = {
    {"transposed convolution", R"(input "x" f32 [2,5,6,7]
      const "w" f32 [5,4,3,2] = noise
      const "b" f32 [4] = noise
      node "n" "ConvTranspose" {"strides"=[2,3],"pads"=[1,0,0,1],"output_padding"=[1,0]} ("x", "w", "b") -> ("a")
      node "r" "Relu" {} ("a") -> ("y"))"},
    {"transposed convolution, SAME", R"(input "x" f32 [1,5,4,3]
      const "w" f32 [8,3,3,3] = noise
      node "n" "ConvTranspose" {"strides"=[2,2],"auto_pad"="SAME_UPPER","layout"="NHWC","filter"="OHWI"} ("x", "w") -> ("y"))"},
    {"grouped convolution", R"(input "x" f32 [1,8,7,5]
      const "w" f32 [12,2,3,3] = noise
      node "n" "Conv" {"group"=4,"dilations"=[2,1],"pads"=[2,1,2,1]} ("x", "w") -> ("y"))"},
    {"depthwise with a multiplier", R"(input "x" f32 [1,7,7,5]
      const "w" f32 [1,3,3,15] = noise
      node "n" "Conv" {"group"=5,"layout"="NHWC","filter"="IHWO","auto_pad"="SAME_UPPER","strides"=[2,2]} ("x", "w") -> ("y"))"},
    {"convolution over one axis", R"(input "x" f32 [1,4,9]
      const "w" f32 [6,4,3] = noise
      node "n" "Conv" {} ("x", "w") -> ("y"))"},
    {"residual behind the activation", R"(input "x" f32 [1,16,5,5]
      const "w" f32 [16,16,1,1] = noise
      node "n" "Conv" {} ("x", "w") -> ("a")
      node "c" "HardSwish" {} ("a") -> ("b")
      node "s" "Add" {} ("x", "b") -> ("d")
      node "r" "Relu" {} ("d") -> ("y"))"},
    {"dense layers", R"(input "x" f32 [3,20]
      const "w" f32 [20,7] = noise
      const "v" f32 [9,7] = noise
      const "c" f32 [9] = noise
      node "m" "MatMul" {} ("x", "w") -> ("a")
      node "g" "Gemm" {"alpha"=0.5,"beta"=2.0,"transB"=true} ("a", "v", "c") -> ("b")
      node "t" "Tanh" {} ("b") -> ("y"))"},
    {"dense layer on rows of rows", R"(input "x" f32 [2,3,20]
      const "w" f32 [20,33] = noise
      node "m" "MatMul" {} ("x", "w") -> ("a")
      node "g" "Gelu" {} ("a") -> ("y"))"},
    {"dense layer that flattens", R"(input "x" f32 [2,2,2,5]
      const "w" f32 [6,20] = noise
      node "m" "FullyConnected" {} ("x", "w") -> ("y"))"},
    {"pools", R"(input "x" f32 [2,5,9,8]
      node "a" "MaxPool" {"kernel_shape"=[3,2],"strides"=[2,2],"pads"=[1,0,1,1],"ceil_mode"=true} ("x") -> ("a")
      node "b" "AveragePool" {"kernel_shape"=[2,2],"pads"=[1,1,0,0],"count_include_pad"=true} ("a") -> ("b")
      node "c" "AveragePool" {"kernel_shape"=[3,3],"strides"=[2,2],"pads"=[1,1,1,1],"ceil_mode"=true} ("b") -> ("c")
      node "d" "GlobalMaxPool" {} ("c") -> ("y"))"},
    {"norm of neighbours", R"(input "x" f32 [1,7,3,4]
      node "n" "LRN" {"size"=4,"alpha"=0.5,"beta"=0.6} ("x") -> ("y"))"},
    {"softmax over channels", R"(input "x" f32 [2,7,3,4]
      node "n" "Softmax" {"axis"=1} ("x") -> ("y"))"},
    {"concatenations", R"(input "x" f32 [1,16,4,4]
      const "w" f32 [5,16,1,1] = noise
      node "r" "Relu" {} ("x") -> ("a")
      node "n" "Conv" {} ("x", "w") -> ("b")
      node "c" "Concat" {"axis"=1} ("a", "x", "b", "b") -> ("c")
      node "d" "Concat" {"axis"=2} ("c", "c") -> ("d")
      node "e" "Neg" {} ("a") -> ("e")
      node "f" "Concat" {"axis"=1} ("e", "a") -> ("f")
      node "g" "Neg" {} ("d") -> ("y")
      output "f")"},
    {"shuffled channels", R"(input "x" f32 [1,32,5,4]
      const "w" f32 [32,16,1,1] = noise
      const "split" i64 [5] = {1, 2, 16, 5, 4}
      const "join" i64 [4] = {1, 32, 5, 4}
      node "one" "Conv" {"group"=2} ("x", "w") -> ("a")
      node "reshape" "Reshape" {} ("a", "split") -> ("b")
      node "shuffle" "Transpose" {"perm"=[0,2,1,3,4]} ("b") -> ("c")
      node "back" "Reshape" {} ("c", "join") -> ("d")
      node "two" "Conv" {"group"=2} ("d", "w") -> ("y"))"},
    {"gates", R"(input "x" f32 [2,6,4,5]
      const "w" f32 [6,6,1,1] = noise
      const "slope" f32 [6,1,1] = noise
      node "m" "GlobalAveragePool" {} ("x") -> ("a")
      node "n" "Conv" {} ("a", "w") -> ("b")
      node "h" "HardSigmoid" {} ("b") -> ("c")
      node "s" "Mul" {} ("x", "c") -> ("d")
      node "p" "PRelu" {} ("d", "slope") -> ("e")
      node "q" "Mul" {} ("e", "e") -> ("f")
      node "t" "Sub" {} ("c", "f") -> ("y"))"},
    {"numbers of other types", R"(input "x" f32 [2,3,4]
      const "axes" i64 [1] = {1}
      node "u" "Unsqueeze" {} ("x", "axes") -> ("a")
      node "t" "Transpose" {"perm"=[3,0,2,1]} ("a") -> ("b")
      node "c" "Cast" {"to"=type f64} ("b") -> ("c")
      node "d" "Concat" {"axis"=1} ("c", "c") -> ("d")
      node "e" "Transpose" {} ("d") -> ("y"))"},
};

TEST(Executor, ComputesEachOperatorInEachForm) {
  for (const OneOperator& one : kOperators)
    for (const char* spec : {"compiled", "compiled:level=0", "compiled:threads=3,+choose_layout(share=1000)"}) {
      const Graph graph = graph_of(std::string(one.text) + "\noutput \"y\"");
      const auto executor = made(graph, spec);
      ASSERT_NE(executor, nullptr) << one.name;
      EXPECT_EQ(difference(*executor, noise_inputs(graph, 1), {}), "") << one.name << ", " << spec;
      EXPECT_EQ(difference(*executor, noise_inputs(graph, 2), computed_values(graph)), "") << one.name << ", " << spec;
    }
}

// Real models. Quantised ones have to give the oracle's bits.
class CompiledModel : public ::testing::TestWithParam<std::string> {};

TEST_P(CompiledModel, GivesTheOraclesAnswers) {
  const Graph graph = testing::loaded(GetParam());
  const auto executor = made(graph);
  ASSERT_NE(executor, nullptr);
  EXPECT_EQ(difference(*executor, noise_inputs(graph, 1)), "");
}

std::string label(const ::testing::TestParamInfo<std::string>& model) {
  const std::filesystem::path path(model.param);
  std::string name = path.stem().string() + "_" + path.extension().string().substr(1);
  std::ranges::replace_if(name, [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); }, '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Of, CompiledModel,
                         ::testing::ValuesIn(testing::model_files(DLAS_SOURCE_DIR, {"data/models", "data/onnx-light"})),
                         label);

}  // namespace
}  // namespace dlas::compiler
