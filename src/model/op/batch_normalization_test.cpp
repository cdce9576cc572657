// BatchNormalization on values worked out by hand.
#include <gtest/gtest.h>

#include "model/op/case_testing.h"
#include "model/op/list_nn.h"

namespace dlas::op {
namespace {

using testing::computed;
using testing::f32;

Tensor one(float value) { return f32({1}, {value}); }

TEST(BatchNormalization, UsesTheGivenStatistics) {
  const auto outputs =
      computed(batch_normalization, {{"epsilon", 0.0}}, {f32({2, 1}, {1, 3}), one(2), one(1), one(0), one(4)});
  ASSERT_TRUE(outputs.ok()) << outputs.error().message();
  EXPECT_TRUE((*outputs)[0].same_bits(f32({2, 1}, {2, 4})));
}

TEST(BatchNormalization, TrainsOnTheStatisticsOfItsInput) {
  const auto outputs =
      computed(batch_normalization, {{"epsilon", 0.0}, {"momentum", 0.75}, {"training_mode", std::int64_t{1}}},
               {f32({2, 1}, {1, 3}), one(2), one(1), one(6), one(5)}, 3);
  ASSERT_TRUE(outputs.ok()) << outputs.error().message();
  // mean 2, variance 1; the running ones move a quarter of the way.
  EXPECT_TRUE((*outputs)[0].same_bits(f32({2, 1}, {-1, 3})));
  EXPECT_TRUE((*outputs)[1].same_bits(one(5)));
  EXPECT_TRUE((*outputs)[2].same_bits(one(4)));
}

}  // namespace
}  // namespace dlas::op
