// MatMulInteger, QLinearMatMul and QLinearConv: values worked out by hand, refusals.
#include <gtest/gtest.h>

#include "model/op/case_testing.h"
#include "model/op/list_nn.h"

namespace dlas::op {
namespace {

using testing::f32, testing::refusal, testing::shown;

Tensor u8(Shape shape, std::initializer_list<std::uint8_t> v) { return Tensor::of<std::uint8_t>(std::move(shape), v); }
Tensor i8(Shape shape, std::initializer_list<std::int8_t> v) { return Tensor::of<std::int8_t>(std::move(shape), v); }

TEST(MatMulInteger, TakesZeroPointsOff) {
  // (1-1)(3) + (3-1)(-4) = -8; (5-1)(3) + (7-1)(-4) = -12
  EXPECT_EQ(shown(mat_mul_integer, {}, {u8({2, 2}, {1, 3, 5, 7}), i8({2, 1}, {3, -4}), u8({}, {1})}),
            "int32 [2,1] -8 -12");
}
TEST(MatMulInteger, AVectorOfZeroPointsIsOneARowOrColumn) {
  EXPECT_EQ(shown(mat_mul_integer, {}, {u8({2, 1}, {5, 5}), u8({1, 2}, {9, 9}), u8({2}, {1, 2}), u8({2}, {0, 9})}),
            "int32 [2,2] 36 0 27 0");
}
TEST(MatMulInteger, RefusesZeroPointsAlongTheSum) {
  EXPECT_EQ(refusal(mat_mul_integer, {}, {u8({1, 2}, {5, 5}), u8({2, 1}, {9, 9}), u8({1, 2}, {1, 2})}),
            "node 'n' (MatMulInteger), input 2 'a_zero_point': expected one number, or one a row, found u8 [1,2]");
}

// Reals (1, 2) and (0.5, 1): the product is 2.5.
std::vector<Tensor> product(float y_scale, std::uint8_t y_zero) {
  return {u8({1, 2}, {4, 6}), f32({}, {0.5F}), u8({}, {2}),        i8({2, 1}, {2, 4}),
          f32({}, {0.25F}),   i8({}, {0}),     f32({}, {y_scale}), u8({}, {y_zero})};
}
TEST(QLinearMatMul, RoundsHalfToEvenBeforeTheZeroPoint) {
  EXPECT_EQ(shown(q_linear_mat_mul, {}, product(0.5F, 1)), "uint8 [1,1] 6");
  EXPECT_EQ(shown(q_linear_mat_mul, {}, product(1, 1)), "uint8 [1,1] 3");
}
TEST(QLinearMatMul, Saturates) { EXPECT_EQ(shown(q_linear_mat_mul, {}, product(0.0078125F, 1)), "uint8 [1,1] 255"); }
TEST(QLinearMatMul, AScaleAColumnBelongsToItsColumn) {
  EXPECT_EQ(shown(q_linear_mat_mul, {},
                  {u8({1, 1}, {10}), f32({1}, {1}), u8({1}, {0}), i8({1, 2}, {3, 3}), f32({2}, {1, 0.5F}),
                   i8({2}, {0, 1}), f32({1}, {1}), u8({1}, {0})}),
            "uint8 [1,2] 30 10");
}

// One tap: 2 (x - 1) for channel 0 with scale 0.5, -4 (x - 1) for channel 1 with scale 1; bias 1 and 0.
TEST(QLinearConv, ScalesEachOutputChannel) {
  const std::vector<Tensor> in = {u8({1, 1, 1, 2}, {1, 4}),
                                  f32({}, {1}),
                                  u8({}, {1}),
                                  i8({2, 1, 1, 1}, {2, -4}),
                                  f32({2}, {0.5F, 1}),
                                  i8({2}, {0, 0}),
                                  f32({}, {2}),
                                  u8({}, {100}),
                                  Tensor::of<std::int32_t>({2}, {1, 0})};
  // sums 1, 7 and 0, -12; times 1/4 and 1/2: 0.25, 1.75, 0, -6
  EXPECT_EQ(shown(q_linear_conv, {}, in), "uint8 [1,2,1,2] 100 102 100 94");
}
TEST(QLinearConv, PadsWithTheZeroPoint) {
  const std::vector<Tensor> in = {u8({1, 1, 1, 1}, {9}), f32({}, {1}), u8({}, {7}),  u8({1, 1, 1, 3}, {1, 1, 1}),
                                  f32({}, {1}),          u8({}, {0}),  f32({}, {1}), u8({}, {0})};
  EXPECT_EQ(shown(q_linear_conv, {{"pads", std::vector<std::int64_t>{0, 1, 0, 1}}}, in), "uint8 [1,1,1,1] 2");
  EXPECT_EQ(
      refusal(q_linear_conv, {}, {in[0], in[1], in[2], in[3], f32({2}, {1, 1}), in[5], in[6], in[7]}),
      "node 'n' (QLinearConv), input 0 'x': expected a padded input at least as large as the window, found 1 for a "
      "window of 3");
}

}  // namespace
}  // namespace dlas::op
