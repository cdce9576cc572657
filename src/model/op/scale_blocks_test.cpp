// What QuantizeLinear and DequantizeLinear refuse of scales and zero points.
#include <gtest/gtest.h>

#include "model/op/case_testing.h"
#include "model/op/list_nn.h"

namespace dlas::op {
namespace {

using testing::f32, testing::i64, testing::refusal;

// No element of `[0]` broadcasts to `[1]`, but there is none to read.
TEST(ScaleBlocks, RefuseAnEmptyListOfZeroPoints) {
  EXPECT_EQ(refusal(quantize_linear, {}, {f32({1}, {1}), f32({1}, {1}), i64({0}, {})}),
            "node 'n' (QuantizeLinear), input 2 'y_zero_point': expected as many zero points as scales, found i64 [0]");
  EXPECT_EQ(
      refusal(dequantize_linear, {}, {i64({1}, {1}), f32({1}, {1}), i64({0}, {})}),
      "node 'n' (DequantizeLinear), input 2 'x_zero_point': expected as many zero points as scales, found i64 [0]");
}

TEST(ScaleBlocks, RefuseOneZeroPointForManyScales) {
  EXPECT_EQ(refusal(quantize_linear, {}, {f32({1, 2}, {1, 2}), f32({2}, {1, 1}), i64({1}, {0})}),
            "node 'n' (QuantizeLinear), input 2 'y_zero_point': expected as many zero points as scales, found i64 [1]");
}

}  // namespace
}  // namespace dlas::op
