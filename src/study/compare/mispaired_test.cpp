#include "study/compare/mispaired.h"

#include <gtest/gtest.h>

#include "model/graph/text_form.h"
#include "model/op/list.h"

namespace dlas::study {
namespace {

// x -> a -> b -> c, and beside it a -> d; outputs c and d.
Graph chain() {
  return *parse_graph(R"(graph "g"
input "x" f32 [2]
node "n1" "Relu" {} ("x") -> ("a" f32 [2])
node "n2" "Relu" {} ("a") -> ("b" f32 [2])
node "n3" "Relu" {} ("b") -> ("c" f32 [2])
node "n4" "Neg" {} ("a") -> ("d" f32 [2])
output "c"
output "d"
)",
                      op::find_op);
}

// The pairs x, a, b, c, d of the graph with itself; each with its deviation in units of the floor, 0.01.
std::vector<std::size_t> found(const std::vector<double>& deviations) {
  const Graph graph = chain();
  std::vector<Pair> pairs;
  std::vector<ValuePair> values;
  const char* names[] = {"x", "a", "b", "c", "d"};
  for (std::size_t i = 0; i < deviations.size(); ++i) {
    pairs.push_back({graph.find(names[i]), graph.find(names[i]), {}});
    ValuePair value;
    value.floor = 0.01;
    value.relative = deviations[i] * value.floor;
    value.diverges = value.relative > value.floor;
    values.push_back(value);
  }
  return mispaired(graph, graph, pairs, values);
}

using Found = std::vector<std::size_t>;

TEST(Mispaired, AValueThatDiffersWhileAllBehindItAgrees) {
  EXPECT_EQ(found({0, 50, 0, 0, 0}), Found({1}));
  EXPECT_EQ(found({0, 50, 50, 0, 0}), Found({1, 2}));  // two in a row
}

TEST(Mispaired, NotAnErrorThatGoesOn) {
  EXPECT_EQ(found({0, 50, 50, 50, 0}), Found());
  EXPECT_EQ(found({0, 50, 0, 0, 50}), Found());  // on one of two ways
}

TEST(Mispaired, NotASmallErrorThatTheNextFloorsMayHide) { EXPECT_EQ(found({0, 9, 0, 0, 0}), Found()); }

TEST(Mispaired, NotAnOutputBehindWhichThereIsNothing) { EXPECT_EQ(found({0, 0, 0, 50, 50}), Found()); }

}  // namespace
}  // namespace dlas::study
