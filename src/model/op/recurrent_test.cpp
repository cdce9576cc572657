// RNN, GRU and LSTM on weights that make each gate a number to be read off; refusals.
#include <gtest/gtest.h>

#include "model/op/case_testing.h"
#include "model/op/list_nn.h"

namespace dlas::op {
namespace {

using testing::f32, testing::refusal, testing::shown;

// h' = x + 2 h without an activation's bend: 1, 2 + 2, 4 + 8.
const AttributeList kLinear = {{"activations", std::vector<std::string>{"Affine"}}};
const Tensor kX = f32({3, 1, 1}, {1, 2, 4}), kW = f32({1, 1, 1}, {1}), kR = f32({1, 1, 1}, {2});

TEST(Rnn, FeedsItsStateBack) {
  EXPECT_EQ(shown(rnn, kLinear, {kX, kW, kR}, 2), "float32 [3,1,1,1] 1 4 12; float32 [1,1,1] 12");
}
TEST(Rnn, StartsFromTheEndInReverse) {
  AttributeList reverse = kLinear;
  reverse.push_back({"direction", std::string("reverse")});
  EXPECT_EQ(shown(rnn, reverse, {kX, kW, kR}, 2), "float32 [3,1,1,1] 21 10 4; float32 [1,1,1] 21");
}
TEST(Rnn, LeavesZerosBeyondALength) {
  const Tensor two = Tensor::of<std::int32_t>({1}, {2});
  EXPECT_EQ(shown(rnn, kLinear, {kX, kW, kR, f32({1, 2}, {10, 20}), two}, 2),
            "float32 [3,1,1,1] 31 94 0; float32 [1,1,1] 94");
}
TEST(Rnn, ClipsBeforeTheActivation) {
  AttributeList clipped = kLinear;
  clipped.push_back({"clip", 3.0});
  EXPECT_EQ(shown(rnn, clipped, {kX, kW, kR}), "float32 [3,1,1,1] 1 3 3");
}
TEST(Rnn, PutsTheBatchFirst) {
  AttributeList batch_first = kLinear;
  batch_first.push_back({"layout", std::int64_t{1}});
  EXPECT_EQ(shown(rnn, batch_first, {f32({1, 2, 1}, {1, 2}), kW, kR}, 2), "float32 [1,2,1,1] 1 4; float32 [1,1,1] 4");
}
TEST(Rnn, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(refusal(rnn, {{"activations", std::vector<std::string>{"Sine"}}}, {kX, kW, kR}),
            "node 'n' (RNN), attribute 'activations': expected names of activations, found Sine");
  EXPECT_EQ(refusal(rnn, {}, {kX, f32({1, 2, 1}, {1, 2}), kR}),
            "node 'n' (RNN), input 1 'W': expected f32 [1,1,1], found f32 [1,2,1]");
}
// z = 0.5 from a zero gate, r = 0.5; candidate x + R (0.5 h): first (0.5)(1) = 0.5; then h = 0.5:
// candidate 2 + 4 (0.25) = 3, h' = 1.5 + 0.25.
TEST(Gru, MixesTheCandidateWithTheState) {
  const AttributeList linear = {{"activations", std::vector<std::string>{"Sigmoid", "Affine"}}};
  EXPECT_EQ(shown(gru, linear, {f32({2, 1, 1}, {1, 2}), f32({1, 3, 1}, {0, 0, 1}), f32({1, 3, 1}, {0, 0, 4})}),
            "float32 [2,1,1,1] 0.5 1.75");
}
// Biases 0 and 2 of the candidate: inside R (r h) + Rb it is 2, with linear_before_reset r (R h + Rb) it is 1.
TEST(Gru, ResetsBeforeOrAfterTheProduct) {
  AttributeList linear = {{"activations", std::vector<std::string>{"Sigmoid", "Affine"}}};
  const std::vector<Tensor> in = {f32({1, 1, 1}, {1}), f32({1, 3, 1}, {0, 0, 1}), f32({1, 3, 1}, {0, 0, 4}),
                                  f32({1, 6}, {0, 0, 0, 0, 0, 2})};
  EXPECT_EQ(shown(gru, linear, in), "float32 [1,1,1,1] 1.5");
  linear.push_back({"linear_before_reset", std::int64_t{1}});
  EXPECT_EQ(shown(gru, linear, in), "float32 [1,1,1,1] 1");
}
// i = o = f = 0.5: c = 0.5 x, h = 0.25 x; then c = 0.25 x1 + 0.5 x2.
TEST(Lstm, KeepsACell) {
  const AttributeList linear = {{"activations", std::vector<std::string>{"Sigmoid", "Affine", "Affine"}}};
  const std::vector<Tensor> in = {f32({2, 1, 1}, {4, 8}), f32({1, 4, 1}, {0, 0, 0, 1}), f32({1, 4, 1}, {0, 0, 0, 0})};
  EXPECT_EQ(shown(lstm, linear, in, 3), "float32 [2,1,1,1] 1 2.5; float32 [1,1,1] 2.5; float32 [1,1,1] 5");
}

}  // namespace
}  // namespace dlas::op
