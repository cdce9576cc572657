// A run takes memory for its outputs and nothing else: a network of ten times the length makes as many calls of operator new.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "compiler/executor.h"
#include "compiler/pass_testing.h"

namespace {

std::atomic<bool> counting{false};
std::atomic<int> calls{0};

}  // namespace

// The replacement counts while a test asks for it; everything else is as usual.
__attribute__((noinline)) void* operator new(std::size_t size) {
  if (counting) ++calls;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
__attribute__((noinline)) void operator delete(void* memory) noexcept { std::free(memory); }
__attribute__((noinline)) void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace dlas::compiler {
namespace {

// `blocks` times: a convolution with a residual addition, a depthwise one, a pool, a branch; then a head.
Graph network(int blocks) {
  std::string text = R"(input "x" f32 [1,16,9,9]
    const "w" f32 [16,16,3,3] = noise
    const "d" f32 [16,1,3,3] = noise
    const "s" f32 [16,1,1] = noise
    const "p" f32 [16,32,1,1] = noise
    const "m" f32 [16,10] = noise
)";
  std::string last = "x";
  for (int i = 0; i < blocks; ++i) {
    text += fmt::format(R"(node "conv{0}" "Conv" {{"pads"=[1,1,1,1]}} ("{1}", "w") -> ("a{0}")
      node "sum{0}" "Add" {{}} ("a{0}", "{1}") -> ("b{0}")
      node "relu{0}" "Relu" {{}} ("b{0}") -> ("c{0}")
      node "depth{0}" "Conv" {{"group"=16,"pads"=[1,1,1,1]}} ("c{0}", "d") -> ("e{0}")
      node "gate{0}" "Sigmoid" {{}} ("e{0}") -> ("f{0}")
      node "scale{0}" "Mul" {{}} ("f{0}", "s") -> ("g{0}")
      node "pool{0}" "MaxPool" {{"kernel_shape"=[3,3],"pads"=[1,1,1,1]}} ("g{0}") -> ("h{0}")
      node "both{0}" "Concat" {{"axis"=1}} ("h{0}", "c{0}") -> ("i{0}")
      node "mix{0}" "Conv" {{}} ("i{0}", "p") -> ("j{0}")
)",
                        i, last);
    last = fmt::format("j{}", i);
  }
  text += fmt::format(R"(node "mean" "GlobalAveragePool" {{}} ("{}") -> ("k")
    node "flat" "Flatten" {{}} ("k") -> ("l")
    node "dense" "MatMul" {{}} ("l", "m") -> ("n")
    node "soft" "Softmax" {{}} ("n") -> ("y")
    output "y")",
                      last);
  return testing::graph_of(text);
}

int calls_of_a_run(int blocks, const char* spec) {
  const Graph graph = network(blocks);
  const auto executor = make_compiled(graph, *parse_executor(spec));
  EXPECT_TRUE(executor.ok()) << executor.error().message();
  const auto inputs = testing::noise_inputs(graph, 1);
  const auto report = (*executor)->report(inputs, 1);
  EXPECT_EQ(report->fallback_share(), 0) << "a reference kernel takes memory";
  calls = 0;
  counting = true;
  const auto out = (*executor)->run(inputs, {});
  counting = false;
  EXPECT_TRUE(out.ok());
  return calls;
}

TEST(Allocation, DoesNotGrowWithTheNetwork) {
  for (const char* spec : {"compiled:threads=1", "compiled:threads=2", "compiled:threads=2,level=0"}) {
    const int few = calls_of_a_run(1, spec);
    if (few == 0) GTEST_SKIP() << "the outputs take some: another tool has taken operator new over";
    EXPECT_EQ(calls_of_a_run(10, spec), few) << spec;
  }
}

}  // namespace
}  // namespace dlas::compiler
