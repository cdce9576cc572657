#include "study/compare/wiring.h"

#include <gmock/gmock.h>

#include "study/compare/json_graph.h"

namespace dlas::study {
namespace {

using testing::ElementsAre;

// y = unknown(x, constant), z = unknown(y, y, absent)
Graph example() {
  Graph graph;
  const ValueId x = graph.add_input("x", Type(DType::f32, {1, 4}));
  const ValueId c = graph.add_constant("c", Tensor::make(DType::f32, {4}));
  Value value;
  value.type = Type(DType::f32, {1, 4});
  value.name = "y";
  const ValueId y = graph.add_value(value);
  value.name = "z";
  const ValueId z = graph.add_value(value);
  const auto add = [&](const char* name, const char* op, std::vector<ValueId> inputs, std::vector<ValueId> outputs) {
    Node node;
    node.name = name;
    node.op_name = op;
    node.inputs = std::move(inputs);
    node.outputs = std::move(outputs);
    graph.add_node(std::move(node));
  };
  add("first", "Add", {x, c}, {y});
  add("second", "Mul", {y, y, kNone}, {z, kNone});
  graph.outputs = {z};
  return graph;
}

TEST(Wiring, HasInputsThenNodesAndNoConstants) {
  const Wiring w = wiring(example());
  ASSERT_EQ(w.boxes.size(), 3U);
  EXPECT_EQ(w.boxes[0].op, "");
  EXPECT_EQ(w.boxes[0].name, "x");
  EXPECT_EQ(w.boxes[1].op, "Add");
  EXPECT_THAT(w.boxes[1].reads, ElementsAre(0));
  EXPECT_THAT(w.boxes[2].reads, ElementsAre(1, 1));
  EXPECT_EQ(w.boxes[2].makes.size(), 1U);
  EXPECT_EQ(w.boxes[2].makes[0].type, "f32 [1,4]");
  EXPECT_THAT(w.outputs, ElementsAre("z"));
}

TEST(Wiring, IsValidTextInJsonWhateverTheNamesAre) {
  Graph graph = example();
  graph.node(0).name = "\xff\xfe";
  EXPECT_EQ(to_json(wiring(graph))["boxes"][1]["name"], "\xef\xbf\xbd\xef\xbf\xbd");
}

}  // namespace
}  // namespace dlas::study
