// Elementwise operators and reductions on values worked out by hand: NaN, wrapping, broadcasting, refusals.
#include "model/op/elementwise.h"

#include <gtest/gtest.h>

#include <limits>

#include "model/op/case_testing.h"
#include "model/op/list_elementwise.h"

namespace dlas::op {
namespace {

using testing::f32;
using testing::list;
using testing::refusal;
using testing::shown;

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

Tensor i8(std::initializer_list<std::int8_t> v) {
  return Tensor::of<std::int8_t>({static_cast<std::int64_t>(v.size())}, v);
}

TEST(Elementwise, BroadcastsAColumnWithARow) {
  EXPECT_EQ(shown(add, {}, {f32({2, 1}, {1, 2}), f32({3}, {10, 20, 30})}), "float32 [2,3] 11 21 31 12 22 32");
}

TEST(Elementwise, WrapsIntegersAround) {
  EXPECT_EQ(shown(add, {}, {i8({127}), i8({1})}), "int8 [1] -128");
  EXPECT_EQ(shown(neg, {}, {i8({-128})}), "int8 [1] -128");
  EXPECT_EQ(shown(div, {}, {i8({-128, 7, -7}), i8({-1, 2, 2})}), "int8 [3] -128 3 -3");
}

TEST(Elementwise, AppliesTheFusedActivation) {
  EXPECT_EQ(shown(sub, {{"activation", std::string("relu6")}}, {f32({3}, {1, 9, 4}), f32({3}, {2, 1, 1})}),
            "float32 [3] 0 6 3");
}

TEST(BitShift, FillsWithTheSignAndSurvivesShiftsOutsideTheWidth) {
  const auto shifted = [](const char* direction) {
    return shown(bit_shift, {{"direction", std::string(direction)}}, {i8({-6, -6, 6, -6, 127}), i8({1, 8, 9, -1, 1})});
  };
  EXPECT_EQ(shifted("RIGHT"), "int8 [5] -3 -1 0 -1 63");
  EXPECT_EQ(shifted("LEFT"), "int8 [5] -12 0 0 0 -2");
}

TEST(Elementwise, RefusesADivisorZeroOfIntegers) {
  EXPECT_EQ(refusal(div, {}, {i8({1, 2}), i8({1, 0})}),
            "node 'n' (Div), input 1 'b': expected integers other than 0, found 0 at 1");
}

TEST(Elementwise, RefusesDifferentTypesAndShapes) {
  EXPECT_EQ(refusal(add, {}, {f32({1}, {1}), i8({1})}),
            "node 'n' (Add), input 1 'b': expected f32 as input 0 has, found i8 [1]");
  EXPECT_EQ(refusal(exp, {}, {i8({1})}), "node 'n' (Exp), input 0 'input': expected floats, found i8 [1]");
  EXPECT_EQ(refusal(mul, {}, {f32({2}, {1, 2}), f32({3}, {1, 2, 3})}),
            "node 'n' (Mul), input 1 'b': expected a shape that broadcasts with f32 [2], found f32 [3]");
}

TEST(Elementwise, RoundsHalvesToEven) {
  EXPECT_EQ(shown(round, {}, {f32({5}, {0.5F, 1.5F, 2.5F, -1.5F, -2.5F})}), "float32 [5] 0 2 2 -2 -2");
}

TEST(Elementwise, GivesRemaindersTheSignThatFmodAsksFor) {
  EXPECT_EQ(shown(mod, {}, {i8({-7, 7}), i8({3, -3})}), "int8 [2] 2 -2");
  EXPECT_EQ(shown(mod, {{"fmod", std::int64_t{1}}}, {i8({-7, 7}), i8({3, -3})}), "int8 [2] -1 1");
}

TEST(Reduction, SumsOverTheAxesGiven) {
  const Tensor x = f32({2, 3}, {1, 2, 3, 4, 5, 6});
  EXPECT_EQ(shown(reduce_sum, {}, {x, list({-1})}), "float32 [2,1] 6 15");
  EXPECT_EQ(shown(reduce_mean, {{"keepdims", std::int64_t{0}}}, {x}), "float32 [] 3.5");
  EXPECT_EQ(refusal(reduce_max, {}, {x, list({2})}),
            "node 'n' (ReduceMax), input 1 'axes': expected axes of f32 [2,3], found 2");
}

TEST(Reduction, FindsTheLastOfEqualValuesOnRequest) {
  const Tensor x = f32({4}, {1, 3, 3, 2});
  EXPECT_EQ(shown(arg_max, {}, {x}), "int64 [1] 1");
  EXPECT_EQ(shown(arg_max, {{"select_last_index", std::int64_t{1}}}, {x}), "int64 [1] 2");
  EXPECT_EQ(shown(arg_max, {}, {f32({3}, {1, kNan, 5})}), "int64 [1] 1");
}

TEST(Cast, CutsTowardZeroAndKeepsLowBits) {
  EXPECT_EQ(shown(cast, {{"to", DType::i8}}, {f32({3}, {-1.9F, 1.9F, 300})}), "int8 [3] -1 1 44");
  EXPECT_EQ(shown(cast, {{"to", DType::i32}}, {f32({2}, {kNan, 3e9F})}), "int32 [2] -2147483648 -2147483648");
}

}  // namespace
}  // namespace dlas::op
