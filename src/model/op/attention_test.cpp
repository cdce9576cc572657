// Attention and RotaryEmbedding on inputs whose weights are worked out by hand.
#include <gtest/gtest.h>

#include <cmath>

#include "model/op/case_testing.h"
#include "model/op/list_nn.h"

namespace dlas::op {
namespace {

using testing::computed, testing::f32, testing::i64, testing::inferred, testing::list, testing::refusal, testing::shown;

// Queries of 0 give every key the same score, so a query's answer is the mean of the values that it sees.
const Tensor kTwoQueries = f32({1, 1, 2, 1}, {0, 0});
const Tensor kTwoKeys = f32({1, 1, 2, 1}, {5, 7});
const Tensor kValues = f32({1, 1, 2, 2}, {1, 2, 3, 6});

TEST(Attention, EqualScoresGiveTheMeanOfTheValues) {
  EXPECT_EQ(shown(attention, {}, {kTwoQueries, kTwoKeys, kValues}), "float32 [1,1,2,2] 2 4 2 4");
}

// 2 queries and 2 keys of 1 feature, values of 2: 4 scores, each 1 + 2 multiply-adds. The scores are no output of most nodes.
TEST(Attention, CostsTheSameWhateverOutputsAreAskedFor) {
  const Types in{Type::of(kTwoQueries), Type::of(kTwoKeys), Type::of(kValues)};
  const AttributeSet attributes = attention.attributes->make({}).value();
  const std::vector<Tensor> unknown(in.size());
  for (const std::size_t outputs : {1U, 4U}) {
    const Types out(std::vector<Type>(outputs, Type(DType::f32, {1, 1, 2, 2})));
    EXPECT_EQ(cost_of(Site{attention, "n", attributes, unknown, outputs}, in, out).macs, 12U) << outputs;
  }
}

TEST(Attention, ACausalQuerySeesNoLaterKey) {
  EXPECT_EQ(shown(attention, {{"is_causal", std::int64_t{1}}}, {kTwoQueries, kTwoKeys, kValues}),
            "float32 [1,1,2,2] 1 2 2 4");
}

TEST(Attention, AWindowHidesKeysOnEitherSide) {
  EXPECT_EQ(shown(attention, {{"left_window_size", std::int64_t{0}}}, {kTwoQueries, kTwoKeys, kValues}),
            "float32 [1,1,2,2] 2 4 3 6");
  EXPECT_EQ(shown(attention, {{"right_window_size", std::int64_t{0}}}, {kTwoQueries, kTwoKeys, kValues}),
            "float32 [1,1,2,2] 1 2 2 4");
}

TEST(Attention, AQueryThatSeesNothingGivesZero) {
  const Tensor mask = Tensor::of<bool>({2, 2}, {false, false, false, true});
  EXPECT_EQ(shown(attention, {}, {kTwoQueries, kTwoKeys, kValues, mask}), "float32 [1,1,2,2] 0 0 3 6");
}

TEST(Attention, AMaskedKeyMayHoldNoNumber) {
  const Tensor mask = f32({1, 2}, {0, -INFINITY});
  const Tensor keys = f32({1, 1, 2, 1}, {5, NAN}), values = f32({1, 1, 2, 1}, {3, NAN});
  EXPECT_EQ(shown(attention, {}, {kTwoQueries, keys, values, mask}), "float32 [1,1,2,1] 3 3");
}

// exp(0) : exp(ln 3) = 1 : 3, so the answer is 4 * 3/4.
TEST(Attention, WeightsAreTheSoftmaxOfScaledProducts) {
  const auto y =
      computed(attention, {{"scale", 2.0}},
               {f32({1, 1, 1, 1}, {0.5F}), f32({1, 1, 2, 1}, {0, std::log(3.0F)}), f32({1, 1, 2, 1}, {0, 4})});
  ASSERT_TRUE(y.ok()) << y.error().message();
  EXPECT_NEAR((*y)[0].number(0), 3, 1e-6);
}

TEST(Attention, GroupsOfQueryHeadsShareAKeyHead) {
  const Tensor q = f32({1, 4, 1, 1}, {0, 0, 0, 0}), k = f32({1, 2, 1, 1}, {1, 1}), v = f32({1, 2, 1, 1}, {8, 9});
  EXPECT_EQ(shown(attention, {}, {q, k, v}), "float32 [1,4,1,1] 8 8 9 9");
}

TEST(Attention, ThreeAxesHoldTheHeadsSideBySide) {
  const AttributeList heads = {{"q_num_heads", std::int64_t{2}}, {"kv_num_heads", std::int64_t{2}}};
  EXPECT_EQ(
      shown(attention, heads, {f32({1, 1, 2}, {0, 0}), f32({1, 2, 2}, {1, 1, 1, 1}), f32({1, 2, 2}, {1, 10, 3, 30})}),
      "float32 [1,1,2] 2 20");
}

TEST(Attention, PutsThePastBeforeNewKeysAndShowsBoth) {
  const Tensor one = f32({1, 1, 1, 1}, {0}), past_key = f32({1, 1, 1, 1}, {4}), past_value = f32({1, 1, 1, 1}, {1});
  EXPECT_EQ(shown(attention, {{"qk_matmul_output_mode", std::int64_t{3}}, {"is_causal", std::int64_t{1}}},
                  {one, f32({1, 1, 1, 1}, {6}), f32({1, 1, 1, 1}, {3}), Tensor(), past_key, past_value}, 4),
            "float32 [1,1,1,1] 2; float32 [1,1,2,1] 4 6; float32 [1,1,2,1] 1 3; float32 [1,1,1,2] 0.5 0.5");
}

// Two of three cached keys are valid, so the only query stands at place 1.
TEST(Attention, CountsPlacesFromTheValidKeysOfACache) {
  const Tensor k = f32({1, 1, 3, 1}, {1, 1, 1}), v = f32({1, 1, 3, 1}, {2, 4, 100});
  EXPECT_EQ(shown(attention, {{"is_causal", std::int64_t{1}}},
                  {f32({1, 1, 1, 1}, {0}), k, v, Tensor(), Tensor(), Tensor(), list({2})}),
            "float32 [1,1,1,1] 3");
}

TEST(Attention, RefusesHeadsThatDoNotDivide) {
  EXPECT_EQ(
      refusal(attention, {}, {f32({1, 3, 1, 1}, {0, 0, 0}), f32({1, 2, 1, 1}, {0, 0}), f32({1, 2, 1, 1}, {0, 0})}),
      "node 'n' (Attention), input 1 'K': expected heads that divide the 3 of input 0, found f32 [1,2,1,1]");
}

TEST(Attention, KnowsItsOutputWithoutTheBatch) {
  const Dim batch = Dim::symbol("batch");
  EXPECT_EQ(inferred(attention, {},
                     {Type(DType::f32, {batch, 2, 3, 4}), Type(DType::f32, {batch, 2, 5, 4}),
                      Type(DType::f32, {batch, 2, 5, 6})}),
            "f32 [batch,2,3,6]");
}

// A quarter turn makes (-b, a) of (a, b).
TEST(RotaryEmbedding, TurnsHalvesOrNeighbours) {
  const Tensor x = f32({1, 1, 1, 4}, {1, 2, 3, 4}), cosine = f32({1, 1, 2}, {0, 0}), sine = f32({1, 1, 2}, {1, 1});
  EXPECT_EQ(shown(rotary_embedding, {}, {x, cosine, sine}), "float32 [1,1,1,4] -3 -4 1 2");
  EXPECT_EQ(shown(rotary_embedding, {{"interleaved", std::int64_t{1}}}, {x, cosine, sine}),
            "float32 [1,1,1,4] -2 1 -4 3");
}

TEST(RotaryEmbedding, LeavesFeaturesAfterItsDimension) {
  const Tensor x = f32({1, 1, 4}, {1, 2, 3, 4}), cosine = f32({2, 1}, {1, 0}), sine = f32({2, 1}, {0, 1});
  const AttributeList two = {{"rotary_embedding_dim", std::int64_t{2}}, {"num_heads", std::int64_t{1}}};
  EXPECT_EQ(shown(rotary_embedding, two, {x, cosine, sine, i64({1, 1}, {1})}), "float32 [1,1,4] -2 1 3 4");
  EXPECT_EQ(refusal(rotary_embedding, two, {x, cosine, sine, i64({1, 1}, {2})}),
            "node 'n' (RotaryEmbedding), input 3 'position_ids': expected positions of 2, found 2");
}

}  // namespace
}  // namespace dlas::op
