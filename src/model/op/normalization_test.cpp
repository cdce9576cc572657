// Normalisations, determinants, running products: values worked out by hand, refusals.
#include <gtest/gtest.h>

#include "model/op/case_testing.h"
#include "model/op/list_elementwise.h"
#include "model/op/list_nn.h"

namespace dlas::op {
namespace {

using testing::f32, testing::i64, testing::list, testing::refusal, testing::shown;

// Root mean squares 5 and 10.
TEST(RMSNormalization, DividesByTheRootOfTheMeanSquare) {
  EXPECT_EQ(shown(rms_normalization, {{"epsilon", 0.0}}, {f32({2, 2}, {1, 7, 10, 10}), f32({2}, {10, 5})}),
            "float32 [2,2] 2 7 10 5");
  EXPECT_EQ(shown(rms_normalization, {{"epsilon", 0.0}, {"axis", std::int64_t{0}}},
                  {f32({2, 2}, {2, 2, 2, 2}), f32({1}, {3})}),
            "float32 [2,2] 3 3 3 3");
}
// A scale that is larger than the input would be read beyond its end, or not wholly.
TEST(RMSNormalization, RefusesAScaleThatIsLargerThanItsInput) {
  EXPECT_EQ(
      refusal(rms_normalization, {}, {f32({1, 2}, {1, 2}), f32({3, 2}, {1, 2, 3, 4, 5, 6})}),
      "node 'n' (RMSNormalization), input 1 'scale': expected a shape that broadcasts to the input's, found f32 [3,2]");
}
TEST(LayerNormalization, RefusesAScaleThatIsLargerThanItsInput) {
  EXPECT_EQ(refusal(layer_normalization, {}, {f32({1, 2}, {1, 2}), f32({3, 2}, {1, 2, 3, 4, 5, 6})}),
            "node 'n' (LayerNormalization), input 1 'Scale': expected a shape that broadcasts to the input's, found "
            "f32 [3,2]");
}
TEST(LpNormalization, DividesByTheNormAndKeepsZeros) {
  EXPECT_EQ(shown(lp_normalization, {}, {f32({2, 2}, {3, -4, 0, 0})}),
            "float32 [2,2] 0.6000000238418579 "
            "-0.800000011920929 0 0");
  EXPECT_EQ(shown(lp_normalization, {{"p", std::int64_t{1}}, {"axis", std::int64_t{0}}}, {f32({2, 2}, {3, -4, 1, 4})}),
            "float32 [2,2] 0.75 -0.5 0.25 0.5");
  EXPECT_EQ(refusal(lp_normalization, {{"p", std::int64_t{3}}}, {f32({1}, {1})}),
            "node 'n' (LpNormalization), attribute 'p': expected 1 or 2, found 3");
}
// Mean 3, deviation 2.
TEST(MeanVarianceNormalization, GivesMeanZeroAndVarianceOne) {
  EXPECT_EQ(shown(mean_variance_normalization, {{"axes", std::vector<std::int64_t>{0}}}, {f32({2}, {1, 5})}),
            "float32 [2] -1 1");
  EXPECT_EQ(shown(mean_variance_normalization, {}, {f32({1, 2, 1, 2}, {1, 5, 7, 7})}), "float32 [1,2,1,2] -1 1 0 0");
}
TEST(Det, IsThatOfEachMatrix) {
  EXPECT_EQ(shown(det, {}, {f32({3, 2, 2}, {1, 2, 3, 4, 0, 1, 1, 0, 1, 2, 2, 4})}), "float32 [3] -2 -1 0");
  EXPECT_EQ(refusal(det, {}, {f32({1, 2}, {1, 2})}),
            "node 'n' (Det), input 0 'X': expected square matrices, found f32 [1,2]");
}
TEST(CumProd, MultipliesAlongTheAxis) {
  EXPECT_EQ(shown(cum_prod, {}, {i64({2, 2}, {1, 2, 3, 4}), i64({}, {0})}), "int64 [2,2] 1 2 3 8");
  EXPECT_EQ(
      shown(cum_prod, {{"exclusive", std::int64_t{1}}, {"reverse", std::int64_t{1}}}, {list({2, 3, 4}), list({0})}),
      "int64 [3] 12 4 1");
}
TEST(CumSum, AddsFromEitherEnd) {
  EXPECT_EQ(shown(cum_sum, {{"reverse", std::int64_t{1}}}, {list({2, 3, 4}), list({-1})}), "int64 [3] 9 7 4");
}
// 1 is 0x3f800000 as float32.
TEST(BitCast, ReadsTheBitsAsAnotherType) {
  EXPECT_EQ(shown(bit_cast, {{"to", DType::i32}}, {f32({2}, {1, -0.0F})}), "int32 [2] 1065353216 -2147483648");
  EXPECT_EQ(refusal(bit_cast, {{"to", DType::i64}}, {f32({1}, {1})}),
            "node 'n' (BitCast), attribute 'to': expected 32 bits as the input has, found int64");
}
TEST(ReduceL2, DoesNotWrapAroundOnIntegers) {
  EXPECT_EQ(shown(reduce_l2, {}, {list({3'000'000'000, 4'000'000'000})}), "int64 [1] 5000000000");
}

}  // namespace
}  // namespace dlas::op
