#include "study/repair/apply.h"

#include <gmock/gmock.h>

#include "model/graph/text_form.h"
#include "model/op/list.h"
#include "study/repair/splice.h"

namespace dlas::study {
namespace {

using ::testing::HasSubstr;

// x -> conv -> relu -> add(relu, conv) -> y
Graph sample() {
  const std::string text = R"(graph "g"
input "x" f32 [1,1,4,4]
const "w" f32 [1,1,1,1] = 0x00000040
node "conv" "Conv" {"pads"=[0,0,0,0]} ("x", "w") -> ("c" f32 [1,1,4,4])
node "relu" "Relu" {} ("c") -> ("r" f32 [1,1,4,4])
node "add" "Add" {} ("r", "c") -> ("y" f32 [1,1,4,4])
output "y"
)";
  auto graph = parse_graph(text, op::find_op);
  check(graph.ok(), graph.ok() ? "" : graph.error().message());
  return *graph;
}

Edit line(const std::string& text) {
  auto edit = parse_edit(text);
  check(edit.ok(), edit.ok() ? "" : edit.error().message());
  return *edit;
}

std::vector<Edit> lines(std::initializer_list<std::string> texts) {
  std::vector<Edit> out;
  for (const std::string& t : texts) out.push_back(line(t));
  return out;
}

// Applies, checks that something changed, takes it back, and checks that the text is that of before.
Graph there_and_back(const Graph& graph, const std::vector<Edit>& edits) {
  const auto applied = apply_edits(graph, edits);
  EXPECT_TRUE(applied.ok()) << applied.error().message();
  if (!applied.ok()) return graph;
  EXPECT_NE(to_text(applied->graph), to_text(graph));
  const auto back = apply_edits(applied->graph, applied->inverse);
  EXPECT_TRUE(back.ok()) << back.error().message();
  if (back.ok()) {
    EXPECT_EQ(structure_hash(back->graph), structure_hash(graph));
  }
  return applied->graph;
}

TEST(Apply, SetsAnAttributeAndInfersTypesAnew) {
  const Graph after = there_and_back(sample(), lines({R"(set "conv" "pads" [1,1,1,1] was [0,0,0,0])"}));
  EXPECT_EQ(text(after.value(after.find("y")).type), "f32 [1,1,6,6]");
}

TEST(Apply, SetsATensor) {
  const Graph after = there_and_back(sample(), lines({R"(tensor "w" affine -1 f[3.0] f[1.0])"}));
  EXPECT_EQ(after.value(after.find("w")).constant.number(0), 7);
}

TEST(Apply, InsertsBeforeSomeReaders) {
  const Graph after =
      there_and_back(sample(), lines({R"(insert "neg" "Neg" {} s["c"] -> s["n"] for s["add:1",":0"])"}));
  EXPECT_EQ(after.outputs[0], after.find("n"));
  const Graph one = there_and_back(sample(), lines({R"(insert "neg" "Neg" {} s["c"] -> s["n"] for s["add:1"])"}));
  EXPECT_EQ(one.value(one.node(find_node(one, "add")).inputs[1]).name, "n");
  EXPECT_EQ(one.value(one.node(find_node(one, "relu")).inputs[0]).name, "c");
}

TEST(Apply, InsertsBehindAGraphOutput) {
  const Graph after = there_and_back(sample(), lines({R"(insert "soft" "Softmax" {} s["y"] -> s["p"] for s[":0"])"}));
  EXPECT_EQ(after.value(after.outputs[0]).name, "p");
}

TEST(Apply, DeletesANodeThatOthersRead) {
  const Graph after = there_and_back(sample(), lines({R"(delete "relu" 0)"}));
  EXPECT_EQ(after.nodes().size(), 2U);
  EXPECT_EQ(after.find("r"), kNone);
}

TEST(Apply, RewiresInputsAndOutputs) {
  const Graph after = there_and_back(sample(), lines({R"(rewire "add" 1 "r" was "c")", R"(rewire "" 0 "r" was "y")"}));
  EXPECT_EQ(after.value(after.outputs[0]).name, "r");
}

TEST(Apply, ReplacesARegion) {
  const std::string part = R"(graph \"p\"\x0ainput \"i\" f32 [1,1,4,4]\x0anode \"sig\" \"Sigmoid\" {} (\"i\") -> )"
                           R"((\"s\" f32 [1,1,4,4])\x0aoutput \"s\"\x0a)";
  const Graph after = there_and_back(sample(), lines({R"(replace s["c"] -> s["r"] ")" + part + "\""}));
  EXPECT_EQ(after.node(after.value(after.find("r")).producer).op_name, "Sigmoid");
}

TEST(Apply, ReplacesARegionWithConstantsAndPutsThemBack) {
  const std::string part = R"(graph \"p\"\x0ainput \"i\" f32 [1,1,4,4]\x0anode \"id\" \"Identity\" {} (\"i\") -> )"
                           R"((\"s\" f32 [1,1,4,4])\x0aoutput \"s\"\x0a)";
  const Graph graph = sample();
  const auto applied = apply_edits(graph, lines({R"(replace s["x"] -> s["c"] ")" + part + "\""}));
  ASSERT_TRUE(applied.ok()) << applied.error().message();
  const auto back = apply_edits(applied->graph, applied->inverse);
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(structure_hash(back->graph), structure_hash(graph));
  EXPECT_EQ(back->graph.values().size(), graph.values().size());  // "w" is there once
}

TEST(Apply, ChangesTheContractAndTheOutputs) {
  const Graph after = there_and_back(
      sample(), lines({R"~(contract "recipe" "rgb scale(1/255)" was "")~", R"(outputs s["y","r"] was s["y"])"}));
  EXPECT_EQ(after.metadata.at("dlas.recipe"), "rgb scale(1/255)");
  EXPECT_EQ(after.outputs.size(), 2U);
}

TEST(Apply, SetsAQuantization) {
  Graph graph;
  const std::string text =
      "graph \"g\"\ninput \"x\" i8 [2] q -1 8 f[0.5] [3]\n"
      "node \"id\" \"Identity\" {} (\"x\") -> (\"y\" i8 [2] q -1 8 f[0.5] [3])\noutput \"y\"\n";
  graph = *parse_graph(text, op::find_op);
  const Graph after = there_and_back(graph, lines({R"(quantization "x" -1 8 f[0.25] [0] was -1 8 f[0.5] [3])",
                                                   R"(quantization "y" -1 8 f[0.25] [0])"}));
  EXPECT_EQ(after.value(after.outputs[0]).type.quantization->scales[0], 0.25);
}

// Defect 2 of the published repairer: a rejected edit came back with the next one.
TEST(Apply, LeavesNoTraceOfARefusedEdit) {
  const Graph graph = sample();
  const std::string before = to_text(graph);
  const Hash hash = structure_hash(graph);
  const std::byte* weights = graph.value(graph.find("w")).constant.bytes().data();
  for (const std::vector<Edit>& edits : {
           lines({R"(tensor "w" affine -1 f[2.0] f[0.0])", R"(set "conv" "pads" [9])"}),
           lines({R"(delete "relu" 0)", R"(rewire "add" 0 "r")"}),
           lines({R"(tensor "w" copy f32 [1,2,1,1] 0x0000000000000000)"}),
           lines({R"(rewire "relu" 0 "y")"}),
           lines({R"(insert "relu" "Relu" {} s["x"] -> s["z"])"}),
       }) {
    EXPECT_FALSE(apply_edits(graph, edits).ok());
    EXPECT_EQ(to_text(graph), before);
    EXPECT_EQ(structure_hash(graph), hash);
    EXPECT_EQ(graph.value(graph.find("w")).constant.bytes().data(), weights);
  }
  const auto after = apply_edits(graph, lines({R"(set "conv" "pads" [1,1,1,1])"}));
  ASSERT_TRUE(after.ok());
  EXPECT_EQ(after->graph.value(after->graph.find("w")).constant.bytes().data(), weights);
}

TEST(Apply, SaysWhichEditWasRefusedAndWhy) {
  const auto refused =
      apply_edits(sample(), lines({R"(set "conv" "pads" [1,1,1,1])", R"(set "cnov" "pads" [1,1,1,1])"}));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().message(),
            "expected the name of a node, found 'cnov' (nearest: conv, add, relu) (edit 2 of 2: set \"cnov\" \"pads\" "
            "[1,1,1,1])");
}

TEST(Apply, RefusesAnEditMeantForAnotherState) {
  for (const std::string text : {R"(set "conv" "pads" [1,1,1,1] was [2,2,2,2])", R"(rewire "add" 1 "r" was "x")",
                                 R"(tensor "w" affine -1 f[2.0] f[0.0] was "00000000000000000000000000000000")",
                                 R"(outputs s["r"] was s["x"])", R"(contract "recipe" "a" was "b")"}) {
    const auto refused = apply_edits(sample(), lines({text}));
    ASSERT_FALSE(refused.ok()) << text;
    EXPECT_THAT(refused.error().expected, HasSubstr("as the edit says it was"));
  }
}

TEST(Apply, FindsANodeByItsOutputWhenTwoHaveOneName) {
  Graph graph = sample();
  graph.node(find_node(graph, "relu")).name = "conv";
  EXPECT_EQ(find_node(graph, "conv"), kNone);
  EXPECT_EQ(node_name(graph, 1), "r");
  EXPECT_EQ(find_node(graph, "r"), 1);
  const auto after = apply_edits(graph, lines({R"(delete "r" 0)"}));
  ASSERT_TRUE(after.ok()) << after.error().message();
  EXPECT_EQ(structure_hash(apply_edits(after->graph, after->inverse)->graph), structure_hash(graph));
}

}  // namespace
}  // namespace dlas::study
