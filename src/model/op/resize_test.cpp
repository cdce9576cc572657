// Resize on values worked out by hand.
#include <gtest/gtest.h>

#include "model/op/case_testing.h"
#include "model/op/list_nn.h"

namespace dlas::op {
namespace {

using testing::computed;
using testing::f32;
using testing::list;

std::vector<float> resized(const std::string& place, const std::vector<Tensor>& inputs) {
  const auto out =
      computed(resize, {{"mode", std::string("linear")}, {"coordinate_transformation_mode", place}}, inputs);
  EXPECT_TRUE(out.ok()) << out.error().message();
  if (!out.ok()) return {};
  return {out->front().as<float>().begin(), out->front().as<float>().end()};
}

// Four elements times 0.625 are two and a half, cut to two: the second one lies at 1 * (4 - 1) / (2.5 - 1).
TEST(Resize, CountsCornersByTheFractionalLength) {
  const Tensor x = f32({4}, {0, 1, 2, 3});
  EXPECT_EQ(resized("align_corners", {x, Tensor(), f32({1}, {0.625F})}), (std::vector<float>{0, 2}));
  EXPECT_EQ(resized("align_corners", {x, Tensor(), Tensor(), list({2})}), (std::vector<float>{0, 3}));
  EXPECT_EQ(resized("align_corners", {x, Tensor(), Tensor(), list({1})}), (std::vector<float>{0}));
}

}  // namespace
}  // namespace dlas::op
