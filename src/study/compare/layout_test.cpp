#include "study/compare/layout.h"

#include <gtest/gtest.h>

#include <vector>

namespace dlas::study {
namespace {

TEST(Layout, FindsChannelsMovedToTheFrontOrBack) {
  const Shape nchw = {1, 8, 5, 7}, nhwc = {1, 5, 7, 8};
  EXPECT_EQ(possible_orders(nchw, nhwc), (std::vector<AxisOrder>{{0, 3, 1, 2}}));
  EXPECT_EQ(possible_orders(nhwc, nchw), (std::vector<AxisOrder>{{0, 2, 3, 1}}));
}

TEST(Layout, AxesOfSizeOneDoNotMatter) {
  EXPECT_EQ(possible_orders(Shape{1, 10}, Shape{1, 1, 1, 10}), (std::vector<AxisOrder>{{}}));
  EXPECT_TRUE(possible_orders(Shape{1, 10}, Shape{1, 11}).empty());
}

TEST(Layout, MovesElementsAsTheIndicesSay) {
  // b[0, y, x, c] = 10 * (2 * y + x) + c for 2 x 2 pixels of 3 channels.
  const Tensor nhwc = Tensor::of<float>({1, 2, 2, 3}, {0, 1, 2, 10, 11, 12, 20, 21, 22, 30, 31, 32});
  const Tensor nchw = reordered(nhwc, {0, 3, 1, 2});
  EXPECT_EQ(nchw.shape(), (Shape{1, 3, 2, 2}));
  const Tensor expected = Tensor::of<float>({1, 3, 2, 2}, {0, 10, 20, 30, 1, 11, 21, 31, 2, 12, 22, 32});
  EXPECT_TRUE(nchw.same_bits(expected));
  EXPECT_TRUE(reordered(nchw, {0, 2, 3, 1}).same_bits(nhwc));
}

}  // namespace
}  // namespace dlas::study
