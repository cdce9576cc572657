// ONNX Runtime's QLinear operators: values worked out by hand, refusals. tests/onnxruntime_contrib_test.py compares the
// bytes with ONNX Runtime's.
#include <gtest/gtest.h>

#include "model/op/case_testing.h"
#include "model/op/list_nn.h"

namespace dlas::op {
namespace {

using testing::f32, testing::refusal, testing::shown;

Tensor u8(Shape shape, std::initializer_list<std::uint8_t> v) { return Tensor::of<std::uint8_t>(std::move(shape), v); }
Tensor i8(Shape shape, std::initializer_list<std::int8_t> v) { return Tensor::of<std::int8_t>(std::move(shape), v); }
Tensor scale(float value) { return f32({}, {value}); }
Tensor zero(std::uint8_t value) { return u8({}, {value}); }

TEST(QLinearAdd, AddsTheRealNumbers) {
  // 2 (14 - 10) + 0.5 (7 - 1) = 11, and 2 (8 - 10) + 3 = -1
  EXPECT_EQ(shown(q_linear_add, {},
                  {u8({2}, {14, 8}), scale(2), zero(10), u8({1}, {7}), scale(0.5F), zero(1), scale(1), zero(5)}),
            "uint8 [2] 16 4");
}
TEST(QLinearAdd, RoundsTiesToEvenAfterTheZeroPoint) {
  // 2.5 + 1 = 3.5
  EXPECT_EQ(shown(q_linear_add, {}, {u8({1}, {5}), scale(0.5F), {}, u8({1}, {0}), scale(1), {}, scale(1), zero(1)}),
            "uint8 [1] 4");
}
TEST(QLinearAdd, RefusesAZeroPointOfAnotherType) {
  EXPECT_EQ(refusal(q_linear_add, {},
                    {u8({1}, {5}), scale(1), i8({}, {0}), u8({1}, {0}), scale(1), zero(0), scale(1), zero(0)}),
            "node 'n' (QLinearAdd), input 2 'a_zero_point': expected one uint8, found i8 []");
}
TEST(QLinearMul, MultipliesTheRealNumbersAndSaturates) {
  // 0.5 (6 - 2) 0.25 (9 - 1) / 0.5 = 8; 0.5 (255 - 2) 0.25 (9 - 1) / 0.5 = 506
  EXPECT_EQ(shown(q_linear_mul, {},
                  {u8({2}, {6, 255}), scale(0.5F), zero(2), u8({1}, {9}), scale(0.25F), zero(1), scale(0.5F), zero(3)}),
            "uint8 [2] 11 255");
}

TEST(QLinearGlobalAveragePool, RoundsBeforeTheZeroPoint) {
  // mean of 2 and 3: 2.5, to even 2
  EXPECT_EQ(shown(q_linear_global_average_pool, {}, {u8({1, 1, 1, 2}, {2, 3}), scale(1), {}, scale(1), zero(1)}),
            "uint8 [1,1,1,1] 3");
}
TEST(QLinearAveragePool, RoundsAfterTheZeroPoint) {
  // the same means under a window that is not the whole input: 2.5 + 1 = 3.5 and 3.5 + 1 = 4.5, to even
  EXPECT_EQ(shown(q_linear_average_pool, {{"kernel_shape", std::vector<std::int64_t>{1, 2}}},
                  {u8({1, 1, 1, 3}, {2, 3, 4}), scale(1), {}, scale(1), zero(1)}),
            "uint8 [1,1,1,2] 4 4");
}
TEST(QLinearAveragePool, RefusesDilations) {
  EXPECT_EQ(refusal(q_linear_average_pool,
                    {{"kernel_shape", std::vector<std::int64_t>{2}}, {"dilations", std::vector<std::int64_t>{2}}},
                    {u8({1, 1, 3}, {2, 3, 4}), scale(1), {}, scale(1), zero(1)}),
            "node 'n' (QLinearAveragePool), attribute 'dilations': expected all 1, found others");
}

TEST(QLinearSoftmax, SharesOutTheLevelsAndSaturates) {
  const Tensor level = scale(1.0F / 256);
  EXPECT_EQ(shown(q_linear_softmax, {}, {u8({1, 2}, {7, 7}), scale(0.1F), {}, level, zero(0)}), "uint8 [1,2] 128 128");
  EXPECT_EQ(shown(q_linear_softmax, {}, {u8({1, 1}, {7}), scale(0.1F), {}, level, zero(0)}), "uint8 [1,1] 255");
  EXPECT_EQ(shown(q_linear_softmax, {}, {i8({1, 1}, {7}), scale(0.1F), {}, level, i8({}, {-128})}), "int8 [1,1] 127");
}

TEST(QGemm, AddsABiasInUnitsOfBothScales) {
  // ((14 - 10) (5 - 1) + 8) 2 0.25 0.5 = 6
  const std::vector<Tensor> in = {
      u8({1, 1}, {14}), scale(2), zero(10), u8({1, 1}, {5}), scale(0.25F), zero(1), Tensor::of<std::int32_t>({1}, {8})};
  EXPECT_EQ(shown(q_gemm, {{"alpha", 0.5}}, in), "float32 [1,1] 6");
  std::vector<Tensor> requantised = in;
  requantised.push_back(scale(4));
  requantised.push_back(zero(1));
  EXPECT_EQ(shown(q_gemm, {{"alpha", 0.5}}, requantised), "uint8 [1,1] 3");  // 1.5, to even 2
}

}  // namespace
}  // namespace dlas::op
