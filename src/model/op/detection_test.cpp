// Operators of detection and of moving windows: values worked out by hand, refusals.
#include <gtest/gtest.h>

#include "model/op/case_testing.h"
#include "model/op/list_nn.h"
#include "model/op/list_shape.h"

namespace dlas::op {
namespace {

using testing::f32, testing::i64, testing::list, testing::refusal, testing::shown;

// Boxes 0 and 1 share 9 of 11 units, box 2 stands apart, box 3 is box 0 with its corners swapped.
const Tensor kBoxes = f32({1, 4, 4}, {0, 0, 10, 10, 0, 1, 10, 11, 20, 20, 30, 30, 10, 10, 0, 0});
const Tensor kScores = f32({1, 1, 4}, {0.5F, 0.75F, 0.25F, 0.5F});

TEST(NonMaxSuppression, TakesTheBestOfBoxesThatOverlap) {
  EXPECT_EQ(shown(non_max_suppression, {}, {kBoxes, kScores, i64({}, {9}), f32({}, {0.5F})}),
            "int64 [2,3] 0 0 1 0 0 2");
}
TEST(NonMaxSuppression, AnOverlapEqualToTheLimitIsKept) {
  const Tensor boxes = f32({1, 2, 4}, {0, 0, 2, 2, 0, 1, 2, 2}), scores = f32({1, 1, 2}, {1, 0.5F});
  EXPECT_EQ(shown(non_max_suppression, {}, {boxes, scores, i64({}, {9}), f32({}, {0.5F})}), "int64 [2,3] 0 0 0 0 0 1");
  EXPECT_EQ(shown(non_max_suppression, {}, {boxes, scores, i64({}, {9}), f32({}, {0.49F})}), "int64 [1,3] 0 0 0");
}
TEST(NonMaxSuppression, TakesNoMoreThanAskedAndNoScoreAtTheThreshold) {
  EXPECT_EQ(shown(non_max_suppression, {}, {kBoxes, kScores, i64({}, {1})}), "int64 [1,3] 0 0 1");
  EXPECT_EQ(shown(non_max_suppression, {}, {kBoxes, kScores}), "int64 [0,3]");
  EXPECT_EQ(shown(non_max_suppression, {}, {kBoxes, kScores, i64({}, {9}), f32({}, {1}), f32({}, {0.5F})}),
            "int64 [1,3] 0 0 1");
}
TEST(NonMaxSuppression, ReadsCentreAndSize) {
  const Tensor boxes = f32({1, 2, 4}, {5, 5, 10, 10, 6, 5, 10, 10}), scores = f32({1, 1, 2}, {1, 0.5F});
  EXPECT_EQ(shown(non_max_suppression, {{"center_point_box", std::int64_t{1}}},
                  {boxes, scores, i64({}, {9}), f32({}, {0.5F})}),
            "int64 [1,3] 0 0 0");
}

TEST(MaxRoiPool, TakesTheLargestOfEachBin) {
  const Tensor x = f32({1, 1, 4, 4}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16});
  const AttributeList two = {{"pooled_shape", std::vector<std::int64_t>{2, 2}}};
  EXPECT_EQ(shown(max_roi_pool, two, {x, f32({1, 5}, {0, 0, 0, 3, 3})}), "float32 [1,1,2,2] 6 8 14 16");
  EXPECT_EQ(shown(max_roi_pool, two, {x, f32({1, 5}, {0, 1, 2, 2, 3})}), "float32 [1,1,2,2] 10 11 14 15");
  EXPECT_EQ(refusal(max_roi_pool, two, {x, f32({1, 5}, {1, 0, 0, 3, 3})}),
            "node 'n' (MaxRoiPool), input 1 'rois': expected pictures of 1, found 1.000000");
}

// With W one tap of 1 the output is the input, read where the offsets point.
TEST(DeformConv, ReadsBetweenPixelsAndZeroOutside) {
  const Tensor x = f32({1, 1, 2, 2}, {1, 2, 3, 6}), w = f32({1, 1, 1, 1}, {1});
  const Tensor offset = f32({1, 2, 2, 2}, {0.5F, 0, 0, 0.5F, 0.5F, 0, 0, 0});
  EXPECT_EQ(shown(deform_conv, {}, {x, w, offset}), "float32 [1,1,2,2] 3 2 3 3");
  EXPECT_EQ(shown(deform_conv, {}, {x, w, offset, f32({1}, {10}), f32({1, 1, 2, 2}, {2, 1, 0, 1})}),
            "float32 [1,1,2,2] 16 12 10 13");
}
TEST(DeformConv, WithoutOffsetsIsConv) {
  const Tensor x = f32({1, 1, 3, 3}, {1, 2, 3, 4, 5, 6, 7, 8, 9}), w = f32({1, 1, 2, 2}, {1, 0, 0, 2});
  EXPECT_EQ(shown(deform_conv, {}, {x, w, f32({1, 8, 2, 2}, std::vector<float>(32))}), "float32 [1,1,2,2] 11 14 20 23");
  EXPECT_EQ(refusal(deform_conv, {}, {x, w, f32({1, 4, 2, 2}, std::vector<float>(16))}),
            "node 'n' (DeformConv), input 2 'offset': expected f32 [1,8,2,2], found f32 [1,4,2,2]");
}

TEST(AffineGrid, SendsPixelCentresThroughTheMap) {
  const Tensor same = f32({1, 2, 3}, {1, 0, 0, 0, 1, 0}), size = list({1, 1, 2, 2});
  EXPECT_EQ(shown(affine_grid, {}, {same, size}), "float32 [1,2,2,2] -0.5 -0.5 0.5 -0.5 -0.5 0.5 0.5 0.5");
  EXPECT_EQ(shown(affine_grid, {{"align_corners", std::int64_t{1}}}, {f32({1, 2, 3}, {0, 1, 3, 1, 0, 0}), size}),
            "float32 [1,2,2,2] 2 -1 2 1 4 -1 4 1");
}
TEST(AffineGrid, ReadsVolumesFromFiveSizes) {
  const Tensor theta = f32({1, 3, 4}, {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0});
  EXPECT_EQ(shown(affine_grid, {}, {theta, list({1, 1, 1, 1, 2})}), "float32 [1,1,1,2,3] -0.5 0 0 0.5 0 0");
  EXPECT_EQ(refusal(affine_grid, {}, {theta, list({1, 1, 2, 2})}),
            "node 'n' (AffineGrid), input 0 'theta': expected f32 [1,2,3], found f32 [1,3,4]");
}

}  // namespace
}  // namespace dlas::op
