// Operators that choose and scatter elements: values worked out by hand, refusals.
#include <gtest/gtest.h>

#include <cmath>

#include "model/op/case_testing.h"
#include "model/op/list_shape.h"

namespace dlas::op {
namespace {

using testing::f32, testing::i64, testing::list, testing::inferred, testing::refusal, testing::shown;

Tensor booleans(std::initializer_list<bool> values) {
  return Tensor::of<bool>({static_cast<std::int64_t>(values.size())}, values);
}

TEST(GatherElements, TakesAnElementForEachIndex) {
  EXPECT_EQ(
      shown(gather_elements, {{"axis", std::int64_t{1}}}, {i64({2, 2}, {1, 2, 3, 4}), i64({2, 2}, {0, 0, -1, 0})}),
      "int64 [2,2] 1 1 4 3");
}
TEST(GatherND, ReadsIndexVectors) {
  EXPECT_EQ(shown(gather_nd, {}, {i64({2, 2}, {0, 1, 2, 3}), i64({2, 2}, {0, 0, 1, 1})}), "int64 [2] 0 3");
  EXPECT_EQ(shown(gather_nd, {{"batch_dims", std::int64_t{1}}},
                  {i64({2, 2, 2}, {0, 1, 2, 3, 4, 5, 6, 7}), i64({2, 1}, {1, 0})}),
            "int64 [2,2] 2 3 4 5");
}
TEST(GatherND, RefusesAnIndexOutside) {
  EXPECT_EQ(refusal(gather_nd, {}, {i64({2, 2}, {0, 1, 2, 3}), i64({1, 2}, {0, 2})}),
            "node 'n' (GatherND), input 1 'indices': expected indices of 2, found 2");
}
TEST(ScatterElements, PutsOrReduces) {
  const std::vector<Tensor> in = {i64({1, 4}, {1, 2, 3, 4}), i64({1, 2}, {1, 1}), i64({1, 2}, {10, 20})};
  EXPECT_EQ(shown(scatter_elements, {{"axis", std::int64_t{1}}}, in), "int64 [1,4] 1 20 3 4");
  EXPECT_EQ(shown(scatter_elements, {{"axis", std::int64_t{1}}, {"reduction", std::string("add")}}, in),
            "int64 [1,4] 1 32 3 4");
  EXPECT_EQ(shown(scatter_elements, {{"axis", std::int64_t{1}}, {"reduction", std::string("min")}}, in),
            "int64 [1,4] 1 2 3 4");
}
TEST(ScatterND, PutsSlices) {
  EXPECT_EQ(shown(scatter_nd, {}, {i64({3, 2}, {1, 2, 3, 4, 5, 6}), i64({1, 1}, {-1}), i64({1, 2}, {8, 9})}),
            "int64 [3,2] 1 2 3 4 8 9");
  EXPECT_EQ(
      shown(scatter_nd, {{"reduction", std::string("mul")}}, {list({1, 2, 3}), i64({2, 1}, {1, 1}), list({3, 5})}),
      "int64 [3] 1 30 3");
}
TEST(TopK, PutsTheEarlierOfEqualElementsFirst) {
  EXPECT_EQ(shown(top_k, {}, {f32({4}, {1, 3, 3, 2}), list({3})}, 2), "float32 [3] 3 3 2; int64 [3] 1 2 3");
  EXPECT_EQ(shown(top_k, {{"axis", std::int64_t{0}}, {"largest", std::int64_t{0}}},
                  {i64({2, 2}, {4, 1, 3, 2}), list({1})}, 2),
            "int64 [1,2] 3 1; int64 [1,2] 1 0");
}
TEST(TopK, CountsNanAsTheLargest) {
  EXPECT_EQ(shown(top_k, {}, {f32({3}, {1, NAN, 2}), list({2})}, 2), "float32 [2] nan 2; int64 [2] 1 2");
}
TEST(TopK, RefusesMoreThanThereAre) {
  EXPECT_EQ(refusal(top_k, {}, {f32({2}, {1, 2}), list({3})}, 2),
            "node 'n' (TopK), input 1 'K': expected from 0 to 2, found 3");
  EXPECT_EQ(inferred(top_k, {}, {Type(DType::f32, {Dim::symbol("batch"), 9}), Type(DType::i64, {1})}, {}, 2),
            "f32 [batch,?]");
}
TEST(NonZero, GivesIndexVectorsByColumn) {
  EXPECT_EQ(shown(non_zero, {}, {i64({2, 2}, {1, 0, 3, 4})}), "int64 [2,3] 0 1 1 0 0 1");
}
TEST(OneHot, CountsNegativeIndicesFromTheDepthAndSkipsOthers) {
  EXPECT_EQ(shown(one_hot, {}, {list({1, -1, 5}), i64({}, {3}), f32({2}, {0, 9})}), "float32 [3,3] 0 9 0 0 0 9 0 0 0");
}
TEST(EyeLike, SetsADiagonal) {
  EXPECT_EQ(shown(eye_like, {{"k", std::int64_t{1}}}, {i64({2, 3}, {0, 0, 0, 0, 0, 0})}), "int64 [2,3] 0 1 0 0 0 1");
}
TEST(Compress, KeepsWhatTheConditionNames) {
  EXPECT_EQ(shown(compress, {{"axis", std::int64_t{1}}}, {i64({2, 2}, {1, 2, 3, 4}), booleans({false, true})}),
            "int64 [2,1] 2 4");
  EXPECT_EQ(shown(compress, {}, {i64({2, 2}, {1, 2, 3, 4}), booleans({true, false, true})}), "int64 [2] 1 3");
}
TEST(ReverseSequence, ReversesTheFirstElementsOnly) {
  EXPECT_EQ(shown(reverse_sequence, {{"batch_axis", std::int64_t{0}}, {"time_axis", std::int64_t{1}}},
                  {i64({2, 3}, {1, 2, 3, 4, 5, 6}), list({2, 3})}),
            "int64 [2,3] 2 1 3 6 5 4");
}
TEST(Reverse, TurnsAxesRound) {
  EXPECT_EQ(shown(reverse, {}, {i64({2, 2}, {1, 2, 3, 4}), list({-1})}), "int64 [2,2] 2 1 4 3");
}
TEST(Unique, SortsAndSaysWhereFromAndHowOften) {
  EXPECT_EQ(shown(unique, {}, {list({2, 1, 1, 3, 2})}, 4),
            "int64 [3] 1 2 3; int64 [3] 1 0 3; int64 [5] 1 0 0 2 1; int64 [3] 2 2 1");
}
TEST(Unique, KeepsTheOrderOfFirstOccurrence) {
  EXPECT_EQ(shown(unique, {{"sorted", std::int64_t{0}}}, {list({2, 1, 1, 3, 2})}, 4),
            "int64 [3] 2 1 3; int64 [3] 0 1 3; int64 [5] 0 1 1 2 0; int64 [3] 2 2 1");
}
TEST(Unique, ComparesSlicesAlongAnAxis) {
  EXPECT_EQ(shown(unique, {{"axis", std::int64_t{0}}}, {i64({3, 2}, {1, 0, 1, 0, 0, 3})}, 4),
            "int64 [2,2] 0 3 1 0; int64 [2] 2 0; int64 [3] 1 1 0; int64 [2] 1 2");
}
TEST(CenterCropPad, CropsAndPadsFromTheCentre) {
  EXPECT_EQ(shown(center_crop_pad, {}, {i64({3, 2}, {1, 2, 3, 4, 5, 6}), list({2, 5})}),
            "int64 [2,5] 0 1 2 0 0 0 3 4 0 0");
}
// A map that is 1 everywhere pools to 1; a bin with one sample in the middle of four pixels gives their mean.
TEST(RoiAlign, SamplesBilinearly) {
  const AttributeList one = {{"sampling_ratio", std::int64_t{1}},
                             {"coordinate_transformation_mode", std::string("output_half_pixel")}};
  EXPECT_EQ(shown(roi_align, one, {f32({1, 1, 2, 2}, {1, 2, 3, 6}), f32({1, 4}, {0, 0, 1, 1}), list({0})}),
            "float32 [1,1,1,1] 3");
  EXPECT_EQ(refusal(roi_align, one, {f32({1, 1, 2, 2}, {1, 2, 3, 6}), f32({1, 4}, {0, 0, 1, 1}), list({1})}),
            "node 'n' (RoiAlign), input 2 'batch_indices': expected indices of 1, found 1");
}
// The middle of four pixels is their mean; a place half a pixel outside keeps half of its pixel, or all with border.
TEST(GridSample, ReadsBetweenAndOutsideOfPixels) {
  const Tensor x = f32({1, 1, 2, 2}, {1, 2, 3, 6}), grid = f32({1, 1, 2, 2}, {0, 0, -1, -0.5F});
  EXPECT_EQ(shown(grid_sample, {}, {x, grid}), "float32 [1,1,1,2] 3 0.5");
  EXPECT_EQ(shown(grid_sample, {{"padding_mode", std::string("border")}}, {x, grid}), "float32 [1,1,1,2] 3 1");
  EXPECT_EQ(shown(grid_sample, {{"align_corners", std::int64_t{1}}}, {x, f32({1, 1, 1, 2}, {1, -1})}),
            "float32 [1,1,1,1] 2");
}

}  // namespace
}  // namespace dlas::op
