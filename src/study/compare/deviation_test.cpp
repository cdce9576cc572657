#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "study/compare/align.h"

namespace dlas::study {
namespace {

TEST(Deviation, IsRelativeToTheFirst) {
  const Tensor a = Tensor::of<float>({2}, {3, 4}), b = Tensor::of<float>({2}, {3, 5});
  EXPECT_DOUBLE_EQ(deviation(a, b).relative, 0.2);  // |(0,1)| / |(3,4)|
  EXPECT_DOUBLE_EQ(deviation(a, b).largest, 1);
  EXPECT_EQ(deviation(a, a).relative, 0);
}

TEST(Deviation, OfNothingIsAbsolute) {
  EXPECT_DOUBLE_EQ(deviation(Tensor::of<float>({1}, {0}), Tensor::of<float>({1}, {2})).relative, 2);
}

TEST(Deviation, NanOnOneSideIsNeverExplained) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const Tensor a = Tensor::of<float>({2}, {1, nan}), b = Tensor::of<float>({2}, {1, 2});
  EXPECT_TRUE(std::isinf(deviation(a, b).relative));
  EXPECT_TRUE(std::isinf(deviation(b, a).largest));
  EXPECT_EQ(deviation(a, a).largest, 0);
}

TEST(Scores, ThroughQuantisationAndLargestFirst) {
  Type type = Type::of(Tensor::make(DType::i8, {1, 4}));
  Quantization q;
  q.scales = {0.5};
  q.zero_points = {-2};
  type.quantization = std::make_shared<const Quantization>(q);
  const auto numbers = scores(Tensor::of<std::int8_t>({1, 4}, {-2, 6, 6, 0}), type);
  EXPECT_EQ(numbers, (std::vector<float>{0, 4, 4, 1}));
  EXPECT_EQ(largest(numbers, 3), (std::vector<int>{1, 2, 3}));  // of equal ones the first
  EXPECT_TRUE(scores(Tensor::make(DType::f32, {1, 2, 2}), Type::of(Tensor::make(DType::f32, {1, 2, 2}))).empty());
}

TEST(Scores, NanIsNeverTheAnswer) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(largest({nan, 1, 2}, 2), (std::vector<int>{2, 1}));
}

}  // namespace
}  // namespace dlas::study
