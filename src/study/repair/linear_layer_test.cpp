#include "study/repair/linear_layer.h"

#include <gtest/gtest.h>

#include <cmath>

#include "study/repair/apply.h"
#include "study/repair/fault/net.h"
#include "study/repair/splice.h"

namespace dlas::study {
namespace {

NodeId first(const Graph& graph, std::string_view op) {
  for (NodeId n = 0; n < static_cast<NodeId>(graph.nodes().size()); ++n)
    if (graph.node(n).op_name == op) return n;
  return kNone;
}

// One layer in two forms, with and without BatchNormalization, of the same numbers.
struct Pair {
  Graph plain = fault::network(fault::Shape::plain, false, 5), folded = fault::network(fault::Shape::plain, true, 5);
  LinearLayer a = *linear_layer(plain, first(plain, "Conv")), b = *linear_layer(folded, first(folded, "Conv"));
};

void expect_near(const std::vector<double>& a, const std::vector<double>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_NEAR(a[i], b[i], 1e-5 * (1 + std::abs(b[i]))) << i;
}

TEST(LinearLayer, IsTheSameFoldedAndNot) {
  const Pair p;
  expect_near(p.a.total_weights(), p.b.total_weights());
  expect_near(p.a.total_shift(), p.b.total_shift());
}

TEST(LinearLayer, IsFoundFromTheNormalisationToo) {
  const Pair p;
  const auto layer = linear_layer(p.plain, first(p.plain, "BatchNormalization"));
  ASSERT_TRUE(layer.has_value());
  EXPECT_EQ(layer->weights_value, p.a.weights_value);
}

// Each of the edits, applied, gives the total that was asked for.
TEST(LinearLayer, TakesTheTotalOfAnother) {
  Pair p;
  std::vector<double> weights = p.b.total_weights(), shift = p.b.total_shift();
  for (double& x : weights) x *= 1.25;
  for (double& x : shift) x += 0.5;
  const auto edits = {*p.a.with_total_weights(weights), *p.a.with_total_shift(shift)};
  const auto applied = apply_edits(p.plain, std::vector<Edit>(edits));
  ASSERT_TRUE(applied.ok()) << applied.error().message();
  const auto now = linear_layer(applied->graph, first(applied->graph, "Conv"));
  expect_near(now->total_weights(), weights);
  expect_near(now->total_shift(), shift);
}

TEST(LinearLayer, TakesFactorsAndShiftOfAnother) {
  Pair p;
  std::vector<double> weights = p.b.total_weights(), shift = p.b.total_shift();
  for (std::size_t i = 0; i < weights.size(); ++i) weights[i] *= 1 + static_cast<double>(i / 9);
  const auto factors = p.a.proportions(weights, 1e-4);
  ASSERT_TRUE(factors.has_value());
  const auto applied = apply_edits(p.plain, p.a.with_factor_and_shift(*factors, shift));
  ASSERT_TRUE(applied.ok()) << applied.error().message();
  const auto now = linear_layer(applied->graph, first(applied->graph, "Conv"));
  expect_near(now->total_weights(), weights);
  expect_near(now->total_shift(), shift);
  weights[0] += 1;
  EXPECT_FALSE(p.a.proportions(weights, 1e-4).has_value());
}

}  // namespace
}  // namespace dlas::study
