// Suppression of boxes after a detector: cases worked out by hand. tests/litert_float_test.py compares with LiteRT.
#include <gtest/gtest.h>

#include "model/op/case_testing.h"
#include "model/op/list_shape.h"

namespace dlas::op {
namespace {

using testing::computed, testing::f32, testing::refusal;

std::string text_of(const Tensor& t) {
  std::string out;
  for (std::int64_t i = 0; i < t.count(); ++i) out += (i ? " " : "") + std::to_string(t.number(i)).substr(0, 4);
  return out;
}

// Two boxes that overlap by a half of one, one apart.
const Tensor kBoxes = f32({3, 4}, {0, 0, 2, 2, 2, 3, 0, 1, 5, 5, 6, 6});
const Tensor kScores = f32({3}, {0.5F, 0.9F, 0.4F});
Tensor one(float v) { return f32({}, {v}); }
Tensor most(std::int32_t n) { return Tensor::of<std::int32_t>({}, {n}); }

TEST(PaddedNonMaxSuppression, TakesTheBestOfThoseThatOverlapAndFillsUp) {
  // the first two share 2 of 6: a third
  const auto out = computed(padded_non_max_suppression, {}, {kBoxes, kScores, most(3), one(0.3F), one(0)}, 3);
  ASSERT_TRUE(out.ok()) << out.error().message();
  EXPECT_EQ((*out)[0].integers(), (std::vector<std::int64_t>{1, 2, 0}));
  EXPECT_EQ((*out)[2].integer(0), 2);
}
TEST(PaddedNonMaxSuppression, LowersTheScoresWithASigma) {
  // 0.5 exp(-1 / 2 (1/3)^2 / 0.5) = 0.447
  const auto out = computed(padded_non_max_suppression, {}, {kBoxes, kScores, most(3), one(1), one(0), one(0.5F)}, 3);
  ASSERT_TRUE(out.ok()) << out.error().message();
  EXPECT_EQ((*out)[0].integers(), (std::vector<std::int64_t>{1, 0, 2}));
  EXPECT_EQ(text_of((*out)[1]), "0.90 0.44 0.40");
}

TEST(DetectionPostProcess, DecodesBoxesAroundTheirAnchors) {
  // One anchor at (0.5, 0.5) of size (0.2, 0.4), moved by 1 / 10 of its height and grown by e^(5 / 5).
  const AttributeList attributes{{"max_detections", std::int64_t{1}},
                                 {"num_classes", std::int64_t{1}},
                                 {"nms_iou_threshold", 0.5},
                                 {"y_scale", 10.0},
                                 {"x_scale", 10.0},
                                 {"h_scale", 5.0},
                                 {"w_scale", 5.0}};
  const auto out =
      computed(detection_post_process, attributes,
               {f32({1, 1, 4}, {1, 0, 0, 5}), f32({1, 1, 2}, {0.3F, 0.7F}), f32({1, 4}, {0.5F, 0.5F, 0.2F, 0.4F})}, 4);
  ASSERT_TRUE(out.ok()) << out.error().message();
  EXPECT_EQ(text_of((*out)[0]), "0.42 -0.0 0.62 1.04");  // 0.52 +- 0.1, 0.5 +- 0.2 e
  EXPECT_EQ(text_of((*out)[1]), "0.00");
  EXPECT_EQ(text_of((*out)[2]), "0.70");
  EXPECT_EQ(text_of((*out)[3]), "1.00");
}
TEST(DetectionPostProcess, RefusesNoClasses) {
  EXPECT_EQ(refusal(detection_post_process, {{"max_detections", std::int64_t{1}}},
                    {f32({1, 1, 4}, {1, 0, 0, 5}), f32({1, 1, 2}, {0.3F, 0.7F}), f32({1, 4}, {0, 0, 1, 1})}, 4),
            "node 'n' (DetectionPostProcess), attribute 'num_classes': expected 1 to 1048576, found 0");
}

}  // namespace
}  // namespace dlas::op
