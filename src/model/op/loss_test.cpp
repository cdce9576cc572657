// The losses: values worked out by hand, refusals.
#include <gtest/gtest.h>

#include "model/op/case_testing.h"
#include "model/op/list_nn.h"

namespace dlas::op {
namespace {

using testing::computed, testing::f32, testing::list, testing::refusal, testing::shown;

const Tensor kLogs = f32({2, 3}, {-1, -2, -3, -4, -5, -6});
AttributeList reduced(std::string how) { return {{"reduction", std::move(how)}}; }

TEST(NegativeLogLikelihoodLoss, IsMinusTheLogarithmAtTheTarget) {
  EXPECT_EQ(shown(negative_log_likelihood_loss, reduced("none"), {kLogs, list({0, 2})}), "float32 [2] 1 6");
  EXPECT_EQ(shown(negative_log_likelihood_loss, reduced("sum"), {kLogs, list({0, 2})}), "float32 [] 7");
  EXPECT_EQ(shown(negative_log_likelihood_loss, {}, {kLogs, list({0, 2})}), "float32 [] 3.5");
}
TEST(NegativeLogLikelihoodLoss, TheMeanIsWeighted) {
  // (1 * 1 + 3 * 6) / 4
  EXPECT_EQ(shown(negative_log_likelihood_loss, {}, {kLogs, list({0, 2}), f32({3}, {1, 2, 3})}), "float32 [] 4.75");
}
TEST(NegativeLogLikelihoodLoss, AnIgnoredTargetHasNoWeight) {
  EXPECT_EQ(shown(negative_log_likelihood_loss, {{"ignore_index", std::int64_t{-1}}}, {kLogs, list({-1, 2})}),
            "float32 [] 6");
  EXPECT_EQ(refusal(negative_log_likelihood_loss, {}, {kLogs, list({-1, 2})}),
            "node 'n' (NegativeLogLikelihoodLoss), input 1 'target': expected classes of 3, found -1");
}
TEST(NegativeLogLikelihoodLoss, ReadsClassesOfEachPlace) {
  EXPECT_EQ(shown(negative_log_likelihood_loss, reduced("none"),
                  {f32({1, 2, 2}, {-1, -2, -3, -4}), testing::i64({1, 2}, {1, 0})}),
            "float32 [1,2] 3 2");
}
// Equal scores of two classes: ln 2.
TEST(SoftmaxCrossEntropyLoss, TakesTheSoftmaxFirst) {
  const auto y = computed(softmax_cross_entropy_loss, {}, {f32({1, 2}, {7, 7}), list({1})}, 2);
  ASSERT_TRUE(y.ok()) << y.error().message();
  EXPECT_NEAR((*y)[0].number(0), 0.6931471805599453, 1e-7);
  EXPECT_NEAR((*y)[1].number(0), -0.6931471805599453, 1e-7);
}

}  // namespace
}  // namespace dlas::op
