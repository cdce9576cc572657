// Operators that move elements: shapes with unknown sizes, values worked out by hand, refusals.
#include <gtest/gtest.h>

#include "model/op/case_testing.h"
#include "model/op/list_shape.h"

namespace dlas::op {
namespace {

using testing::f32, testing::i64, testing::list, testing::inferred, testing::refusal, testing::shown;

const Dim kBatch = Dim::symbol("batch");

TEST(Reshape, KeepsTheNameOfTheBatch) {
  EXPECT_EQ(inferred(reshape, {}, {Type(DType::f32, {kBatch, 4, 2}), Type(DType::i64, {2})}, {{}, list({0, -1})}),
            "f32 [batch,8]");
  EXPECT_EQ(inferred(reshape, {}, {Type(DType::f32, {kBatch, 8}), Type(DType::i64, {2})}, {{}, list({-1, 8})}),
            "f32 [batch,8]");
  EXPECT_EQ(inferred(reshape, {}, {Type(DType::f32, {kBatch, 8}), Type(DType::i64, {3})}), "f32 [?,?,?]");
}
TEST(Reshape, KeepsTheOrderOfElements) {
  EXPECT_EQ(shown(reshape, {}, {i64({2, 3}, {1, 2, 3, 4, 5, 6}), list({3, -1})}), "int64 [3,2] 1 2 3 4 5 6");
  EXPECT_EQ(shown(reshape, {{"allowzero", std::int64_t{1}}}, {f32({0, 3}, {}), list({3, 0})}), "float32 [3,0]");
}
TEST(Reshape, RefusesAnotherNumberOfElements) {
  EXPECT_EQ(refusal(reshape, {}, {i64({2, 3}, {1, 2, 3, 4, 5, 6}), list({4, -1})}),
            "node 'n' (Reshape), input 1 'shape': expected a shape of 6 elements, found [4,-1]");
}

TEST(Transpose, ReversesTheAxesWithoutPerm) {
  EXPECT_EQ(shown(transpose, {}, {i64({2, 3}, {1, 2, 3, 4, 5, 6})}), "int64 [3,2] 1 4 2 5 3 6");
}
TEST(Transpose, FollowsPerm) {
  EXPECT_EQ(shown(transpose, {{"perm", std::vector<std::int64_t>{0, 2, 1}}}, {i64({1, 2, 3}, {1, 2, 3, 4, 5, 6})}),
            "int64 [1,3,2] 1 4 2 5 3 6");
}
TEST(Transpose, RefusesAnAxisTwice) {
  EXPECT_EQ(refusal(transpose, {{"perm", std::vector<std::int64_t>{0, 0}}}, {i64({1, 2}, {1, 2})}),
            "node 'n' (Transpose), attribute 'perm': expected each axis of 2 once, found [0,0]");
}

TEST(Concat, PutsInputsOneAfterTheOther) {
  EXPECT_EQ(shown(concat, {{"axis", std::int64_t{-1}}}, {i64({2, 1}, {1, 2}), i64({2, 2}, {3, 4, 5, 6})}),
            "int64 [2,3] 1 3 4 2 5 6");
}
TEST(Concat, AppliesItsActivation) {
  EXPECT_EQ(shown(concat, {{"axis", std::int64_t{0}}, {"activation", std::string("relu6")}},
                  {f32({1}, {-1}), f32({2}, {7, 2})}),
            "float32 [3] 0 6 2");
}
TEST(Concat, AddsUnknownSizes) {
  EXPECT_EQ(
      inferred(concat, {{"axis", std::int64_t{1}}}, {Type(DType::f32, {kBatch, 4}), Type(DType::f32, {Dim(), 3})}),
      "f32 [batch,7]");
}

TEST(Slice, WalksBackwardsWithANegativeStep) {
  EXPECT_EQ(shown(slice, {}, {list({0, 1, 2, 3, 4}), list({-1}), list({-100}), list({0}), list({-2})}),
            "int64 [3] 4 2 0");
}
TEST(Slice, ClampsAsNumPy) {
  EXPECT_EQ(shown(slice, {}, {i64({2, 3}, {1, 2, 3, 4, 5, 6}), list({1}), list({100}), list({1})}),
            "int64 [2,2] 2 3 5 6");
  EXPECT_EQ(shown(slice, {}, {list({0, 1}), list({5}), list({7})}), "int64 [0]");
}
TEST(Slice, TakesTheSmallestStep) {
  EXPECT_EQ(shown(slice, {}, {list({0, 1, 2}), list({-1}), list({INT64_MIN}), list({0}), list({INT64_MIN})}),
            "int64 [1] 2");
}
TEST(Slice, RefusesAStepOfZero) {
  EXPECT_EQ(refusal(slice, {}, {list({0}), list({0}), list({1}), list({0}), list({0})}),
            "node 'n' (Slice), input 4 'steps': expected steps other than 0, found 0");
}

TEST(Gather, TakesRowsAndNegativeIndices) {
  EXPECT_EQ(shown(gather, {}, {i64({3, 2}, {1, 2, 3, 4, 5, 6}), i64({2}, {-1, 0})}), "int64 [2,2] 5 6 1 2");
  EXPECT_EQ(shown(gather, {{"axis", std::int64_t{1}}}, {i64({3, 2}, {1, 2, 3, 4, 5, 6}), i64({}, {1})}),
            "int64 [3] 2 4 6");
}
TEST(Gather, RefusesAnIndexOutside) {
  EXPECT_EQ(refusal(gather, {}, {list({1, 2}), list({2})}),
            "node 'n' (Gather), input 1 'indices': expected indices of 2, found 2");
}

TEST(Split, MakesTheLastPartSmaller) {
  EXPECT_EQ(shown(split, {{"num_outputs", std::int64_t{2}}}, {list({1, 2, 3, 4, 5})}, 2),
            "int64 [3] 1 2 3; int64 [2] 4 5");
  EXPECT_EQ(shown(split, {{"axis", std::int64_t{1}}}, {i64({2, 3}, {1, 2, 3, 4, 5, 6}), list({1, 2})}, 2),
            "int64 [2,1] 1 4; int64 [2,2] 2 3 5 6");
}
TEST(Split, RefusesSizesOfAnotherSum) {
  EXPECT_EQ(refusal(split, {}, {list({1, 2, 3}), list({1, 1})}, 2),
            "node 'n' (Split), input 1 'split': expected 2 sizes whose sum is 3, found [1,1]");
}

TEST(Expand, BroadcastsBothWays) {
  EXPECT_EQ(shown(expand, {}, {i64({2, 1}, {1, 2}), list({2, 1, 2})}), "int64 [2,2,2] 1 1 2 2 1 1 2 2");
}
TEST(Tile, RepeatsTheWhole) {
  EXPECT_EQ(shown(tile, {}, {i64({1, 2}, {1, 2}), list({2, 2})}), "int64 [2,4] 1 2 1 2 1 2 1 2");
}
TEST(Flatten, MakesAMatrix) {
  EXPECT_EQ(inferred(flatten, {}, {Type(DType::f32, {kBatch, 2, 3})}), "f32 [batch,6]");
  EXPECT_EQ(inferred(flatten, {{"axis", std::int64_t{0}}}, {Type(DType::f32, {2, 3})}), "f32 [1,6]");
}
TEST(Squeeze, DropsAxesOfOne) {
  EXPECT_EQ(inferred(squeeze, {}, {Type(DType::f32, {1, 2, 1})}), "f32 [2]");
  EXPECT_EQ(shown(squeeze, {}, {i64({1, 2, 1}, {1, 2}), list({-1})}), "int64 [1,2] 1 2");
}
TEST(Unsqueeze, CountsAxesInTheOutput) {
  EXPECT_EQ(shown(unsqueeze, {}, {list({1, 2}), list({-1, 0})}), "int64 [1,2,1] 1 2");
}
TEST(Shape, TakesARangeOfAxes) {
  EXPECT_EQ(shown(shape, {{"start", std::int64_t{-2}}}, {i64({1, 2, 3}, {1, 2, 3, 4, 5, 6})}), "int64 [2] 2 3");
  EXPECT_EQ(shown(shape, {{"start", std::int64_t{2}}, {"end", std::int64_t{1}}}, {i64({1, 2}, {1, 2})}), "int64 [0]");
}
TEST(Size, CountsElements) { EXPECT_EQ(shown(size, {}, {i64({2, 1}, {1, 2})}), "int64 [] 2"); }
TEST(ConstantOfShape, RepeatsItsValue) {
  EXPECT_EQ(shown(constant_of_shape, {{"value", i64({1}, {7})}}, {list({2})}), "int64 [2] 7 7");
  EXPECT_EQ(shown(constant_of_shape, {}, {list({2})}), "float32 [2] 0 0");
}
TEST(Range, StopsBeforeTheLimit) {
  EXPECT_EQ(shown(range, {}, {i64({}, {10}), i64({}, {4}), i64({}, {-3})}), "int64 [2] 10 7");
  EXPECT_EQ(shown(range, {}, {f32({}, {0}), f32({}, {1}), f32({}, {0.25F})}), "float32 [4] 0 0.25 0.5 0.75");
  EXPECT_EQ(shown(range, {}, {i64({}, {1}), i64({}, {1}), i64({}, {5})}), "int64 [0]");
}
TEST(DepthToSpace, KnowsBothOrders) {
  const Tensor in = i64({1, 8, 1, 1}, {0, 1, 2, 3, 4, 5, 6, 7});
  EXPECT_EQ(shown(depth_to_space, {{"blocksize", std::int64_t{2}}}, {in}), "int64 [1,2,2,2] 0 2 4 6 1 3 5 7");
  EXPECT_EQ(shown(depth_to_space, {{"blocksize", std::int64_t{2}}, {"mode", std::string("CRD")}}, {in}),
            "int64 [1,2,2,2] 0 1 2 3 4 5 6 7");
}
TEST(DepthToSpace, KeepsChannelsLast) {
  EXPECT_EQ(shown(depth_to_space, {{"blocksize", std::int64_t{2}}, {"layout", std::string("NHWC")}},
                  {i64({1, 1, 1, 8}, {0, 1, 2, 3, 4, 5, 6, 7})}),
            "int64 [1,2,2,2] 0 1 2 3 4 5 6 7");
}
TEST(SpaceToDepth, UndoesDepthToSpace) {
  EXPECT_EQ(shown(space_to_depth, {{"blocksize", std::int64_t{2}}}, {i64({1, 2, 2, 2}, {0, 2, 4, 6, 1, 3, 5, 7})}),
            "int64 [1,8,1,1] 0 1 2 3 4 5 6 7");
}

TEST(SpaceToDepth, KeepsAChannelTogetherInModeCrd) {
  EXPECT_EQ(shown(space_to_depth, {{"blocksize", std::int64_t{2}}, {"mode", std::string("CRD")}},
                  {i64({1, 2, 2, 2}, {0, 2, 4, 6, 1, 3, 5, 7})}),
            "int64 [1,8,1,1] 0 2 4 6 1 3 5 7");
}

}  // namespace
}  // namespace dlas::op
