#include "study/repair/fault/fault.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "model/format/format.h"
#include "model/format/onnx/writer.h"
#include "model/graph/text_form.h"
#include "study/repair/apply.h"
#include "study/repair/fault/case.h"
#include "study/repair/fault/control.h"
#include "study/repair/fault/net.h"

namespace dlas::study::fault {
namespace {

namespace fs = std::filesystem;

std::string demo(const std::string& name) { return std::string(DLAS_SOURCE_DIR) + "/demo/models/" + name; }

std::vector<Graph> graphs() {
  std::vector<Graph> out;
  for (const fault::Shape shape : kShapes)
    for (const bool folded : {false, true}) out.push_back(network(shape, folded, 1));
  for (const std::string name : {"depthwise.onnx", "residual_fp32.tflite", "depthwise_int8.tflite"})
    out.push_back(load(demo(name)).value().graph);
  return out;
}

TEST(Faults, EachCanBePutInSomewhereAndTakenOutAgain) {
  const auto all = graphs();
  for (const Fault& fault : all_faults()) {
    std::size_t places = 0;
    for (const Graph& graph : all)
      for (const Injected& one : inject(graph, fault, 2, 1)) {
        ++places;
        EXPECT_FALSE(one.nodes.empty()) << fault.name;
        EXPECT_NE(to_text(one.graph), to_text(graph)) << fault.name;
        const auto back = apply_edits(one.graph, one.expected);
        ASSERT_TRUE(back.ok()) << fault.name << ": " << back.error().message();
        EXPECT_EQ(structure_hash(back->graph), structure_hash(graph)) << fault.name;
      }
    EXPECT_GT(places, 0U) << fault.name;
  }
}

TEST(Faults, AreTheSameForTheSameSeed) {
  const Graph graph = network(fault::Shape::plain, true, 1);
  for (const Fault& fault : all_faults()) {
    const auto a = inject(graph, fault, 3, 9), b = inject(graph, fault, 3, 9);
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i) EXPECT_EQ(structure_hash(a[i].graph), structure_hash(b[i].graph));
  }
}

TEST(Networks, HaveTwoFormsThatComputeTheSame) {
  const fs::path folder = fs::path(testing::TempDir()) / "fault_networks";
  fs::create_directories(folder);
  for (const fault::Shape shape : kShapes) {
    const std::string a = (folder / "a.onnx").string(), b = (folder / "b.onnx").string();
    ASSERT_TRUE(onnx::write(network(shape, false, 3), a, {20, "dlas", ""}).ok());
    ASSERT_TRUE(onnx::write(network(shape, true, 3), b, {21, "dlas", ""}).ok());
    const auto bench = Bench::open({std::string(text(shape)), a, b, "gray scale(1/255) nchw", "gray scale(1/255) nchw"},
                                   pictures(20, 1), 8, folder.string());
    ASSERT_TRUE(bench.ok()) << bench.error().message();
    const auto none = bench->control({});
    ASSERT_TRUE(none.ok()) << none.error().message();
    EXPECT_EQ(**none, 0U) << text(shape);
  }
}

// A sample of `make bench-faults`: from the ONNX file to the TFLite file and back.
TEST(FaultBenchmark, FindsAndRepairsASampleOfSingleFaults) {
  const std::string folder = testing::TempDir();
  const auto images = pictures(48, 2);
  std::set<int> repaired;
  for (const auto& [source, target] :
       {std::pair{"depthwise.onnx", "depthwise_fp32.tflite"}, {"depthwise_fp32.tflite", "depthwise.onnx"}}) {
    const auto bench = Bench::open(
        {target, demo(source), demo(target), "gray scale(1/255) nhwc", "gray scale(1/255) nhwc"}, images, 8, folder);
    ASSERT_TRUE(bench.ok()) << bench.error().message();
    for (const Fault& fault : all_faults()) {
      if (fault.number != 12 && fault.number != 28 && fault.number != 29) continue;
      for (const Injected& one : inject(bench->target(), fault, 1, 4)) {
        const auto outcome = bench->run({one});
        ASSERT_TRUE(outcome.ok()) << outcome.error().message();
        if (!*outcome) continue;
        EXPECT_EQ((*outcome)->ranks, std::vector<std::size_t>{1}) << fault.name;
        EXPECT_TRUE((*outcome)->repaired) << fault.name << ": " << (*outcome)->why;
        EXPECT_TRUE((*outcome)->equal) << fault.name;
        repaired.insert(fault.number);
      }
    }
  }
  EXPECT_EQ(repaired, (std::set<int>{12, 28, 29}));
}

}  // namespace
}  // namespace dlas::study::fault
