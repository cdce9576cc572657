#include "study/compare/background.h"

#include <gmock/gmock.h>

#include <cmath>

#include "model/graph/text_form.h"
#include "model/op/list.h"

namespace dlas::study {
namespace {

using testing::ElementsAre;

Graph parsed(std::string_view text) { return parse_graph(text, op::find_op).value(); }

std::vector<float> numbers(const Tensor& tensor) {
  const auto all = tensor.as<float>();
  return {all.begin(), all.end()};
}

// Three features, two classes behind the background; the features have as many numbers as the outputs.
Graph classifier(const std::string& end, const std::string& output) {
  return parsed(
      "graph \"g\"\n"
      "input \"x\" f32 [1,3]\n"
      "const \"w\" f32 [3,3] = 0x0000803f" +
      std::string(64, '0') +
      "\n"
      "node \"m\" \"MatMul\" {} (\"x\", \"w\") -> (\"scores\" f32 [1,3])\n" +
      end + "output \"" + output + "\"\n");
}

Tensor row() { return Tensor::of<float>({1, 3}, {0.5F, 0.25F, 0.75F}); }

TEST(Background, TakesNothingOffByDefault) {
  EXPECT_FALSE(Background().taken_off());
  EXPECT_THAT(numbers(Background().without(0, row())), ElementsAre(0.5F, 0.25F, 0.75F));
}

TEST(Background, IsOutputZeroOfTheScoresAndNoFeature) {
  const Graph graph = classifier("", "scores");
  const Background background(graph);
  ASSERT_TRUE(background.taken_off());
  EXPECT_EQ(output_scale(graph), Scale::scores);
  EXPECT_THAT(numbers(background.without(graph.find("scores"), row())), ElementsAre(0.25F, 0.75F));
  EXPECT_THAT(numbers(background.without(graph.find("x"), row())), ElementsAre(0.5F, 0.25F, 0.75F));
}

TEST(Background, OfProbabilitiesLeavesOthersThatSumUpToOne) {
  const Graph graph = classifier(
      "node \"s\" \"Softmax\" {\"axis\"=-1} (\"scores\") -> (\"p\" f32 [1,3])\n"
      "node \"i\" \"Identity\" {} (\"p\") -> (\"out\" f32 [1,3])\n",
      "out");
  const Background background(graph);
  EXPECT_EQ(output_scale(graph), Scale::probabilities);
  EXPECT_THAT(numbers(background.without(graph.find("out"), row())), ElementsAre(0.25F, 0.75F));
  const Tensor other = Tensor::of<float>({1, 3}, {0.5F, 0.125F, 0.375F});
  EXPECT_THAT(numbers(background.without(graph.find("p"), other)), ElementsAre(0.25F, 0.75F));
  EXPECT_THAT(numbers(background.without(graph.find("scores"), other)), ElementsAre(0.125F, 0.375F));
}

TEST(Background, OfLogarithmsOfProbabilitiesLeavesOthersOfTheSameKind) {
  const Graph graph = classifier("node \"s\" \"LogSoftmax\" {\"axis\"=-1} (\"scores\") -> (\"p\" f32 [1,3])\n", "p");
  const Tensor logs = Tensor::of<float>({1, 3}, {std::log(0.5F), std::log(0.125F), std::log(0.375F)});
  const std::vector<float> left = numbers(Background(graph).without(graph.find("p"), logs));
  ASSERT_EQ(left.size(), 2U);
  EXPECT_NEAR(static_cast<double>(left[0]), std::log(0.25), 1e-6);
  EXPECT_NEAR(static_cast<double>(left[1]), std::log(0.75), 1e-6);
}

TEST(Background, IsTakenOffAlongTheAxisOfTheClassesWhereverThatIs) {
  const Graph graph = parsed(
      "graph \"g\"\n"
      "input \"x\" f32 [1,1,2,2]\n"
      "const \"w\" f32 [3,1,1,1] = 0x0000803f0000803f0000803f\n"
      "node \"c\" \"Conv\" {} (\"x\", \"w\", -) -> (\"maps\" f32 [1,3,2,2])\n"
      "node \"p\" \"GlobalAveragePool\" {} (\"maps\") -> (\"y\" f32 [1,3,1,1])\n"
      "output \"y\"\n");
  const Tensor maps = Tensor::of<float>({1, 3, 2, 2}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11});
  const Tensor left = Background(graph).without(graph.find("maps"), maps);
  EXPECT_EQ(left.shape(), (Shape{1, 2, 2, 2}));
  EXPECT_THAT(numbers(left), ElementsAre(4, 5, 6, 7, 8, 9, 10, 11));
}

}  // namespace
}  // namespace dlas::study
