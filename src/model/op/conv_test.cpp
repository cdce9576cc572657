// Conv and ConvTranspose by hand: layouts and filters say the same.
#include "model/op/conv.h"

#include <gtest/gtest.h>

#include "model/graph/infer.h"
#include "model/op/list_nn.h"

namespace dlas::op {
namespace {

std::vector<float> result(const Op& op, const AttributeList& list, const std::vector<Tensor>& in,
                          Shape* shape = nullptr) {
  const auto set = op.attributes->make(list);
  EXPECT_TRUE(set.ok());
  Types types;
  for (const Tensor& t : in) types.push_back(Type::of(t));
  const auto out = infer_node(op, "n", *set, types, in, 1);
  EXPECT_TRUE(out.ok()) << out.error().message();
  std::vector<Tensor> y{Tensor::make((*out)[0].dtype, (*out)[0].shape())};
  const Site site{op, "n", *set, in, 1};
  const Traits traits;
  EXPECT_TRUE(op.run(Call{site, types, *out, in, y, traits}).ok());
  if (shape) *shape = y[0].shape();
  const auto values = y[0].as<float>();
  return {values.begin(), values.end()};
}

using Floats = std::vector<float>;

TEST(Conv, SumsProductsUnderTheWindow) {
  const Tensor x = Tensor::of<float>({1, 1, 3, 3}, {1, 2, 3, 4, 5, 6, 7, 8, 9});
  const Tensor w = Tensor::of<float>({1, 1, 2, 2}, {1, 10, 100, 1000});
  const Tensor b = Tensor::of<float>({1}, {0.5F});
  EXPECT_EQ(result(conv, {}, {x, w, b}), (Floats{5421.5F, 6532.5F, 8754.5F, 9865.5F}));
}

TEST(Conv, PadsTheOddElementAtTheEndForSameUpper) {
  const Tensor x = Tensor::of<float>({1, 1, 3}, {1, 2, 3});
  const Tensor w = Tensor::of<float>({1, 1, 2}, {1, 10});
  EXPECT_EQ(result(conv, {{"auto_pad", std::string("SAME_UPPER")}}, {x, w}), (Floats{21, 32, 3}));
  EXPECT_EQ(result(conv, {{"auto_pad", std::string("SAME_LOWER")}}, {x, w}), (Floats{10, 21, 32}));
}

TEST(Conv, TakesDepthwiseWeightsOfTfliteAndClamps) {
  const Tensor x = Tensor::of<float>({1, 1, 2, 2}, {1, 2, 3, 4});  // NHWC: two places of two channels
  const Tensor w = Tensor::of<float>({1, 1, 1, 4}, {1, 2, 3, -4});
  const AttributeList list{{"group", std::int64_t{2}},
                           {"layout", std::string("NHWC")},
                           {"filter", std::string("IHWO")},
                           {"activation", std::string("relu6")}};
  EXPECT_EQ(result(conv, list, {x, w}), (Floats{1, 2, 6, 0, 3, 6, 6, 0}));
}

TEST(ConvTranspose, SpreadsEachElement) {
  const Tensor x = Tensor::of<float>({1, 1, 2}, {1, 2});
  const Tensor w = Tensor::of<float>({1, 1, 3}, {1, 10, 100});
  EXPECT_EQ(result(conv_transpose, {{"strides", std::vector<std::int64_t>{2}}}, {x, w}), (Floats{1, 10, 102, 20, 200}));
}

}  // namespace
}  // namespace dlas::op
