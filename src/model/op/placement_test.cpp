// Operators that put elements back: triangles, columns, maxima, caches. Values worked out by hand, refusals.
#include <gtest/gtest.h>

#include "model/op/case_testing.h"
#include "model/op/list_nn.h"
#include "model/op/list_shape.h"

namespace dlas::op {
namespace {

using testing::f32, testing::i64, testing::inferred, testing::list, testing::refusal, testing::shown;

TEST(Trilu, KeepsOneTriangle) {
  const Tensor x = i64({2, 3}, {1, 2, 3, 4, 5, 6});
  EXPECT_EQ(shown(trilu, {}, {x}), "int64 [2,3] 1 2 3 0 5 6");
  EXPECT_EQ(shown(trilu, {{"upper", std::int64_t{0}}}, {x, i64({}, {-1})}), "int64 [2,3] 0 0 0 4 0 0");
  EXPECT_EQ(shown(trilu, {}, {x, i64({1}, {5})}), "int64 [2,3] 0 0 0 0 0 0");
}

// Two blocks of 1 x 2 in a row of 3: the middle element is covered twice.
TEST(Col2Im, AddsWhereBlocksOverlap) {
  EXPECT_EQ(shown(col2_im, {}, {f32({1, 2, 2}, {1, 2, 10, 20}), list({1, 3}), list({1, 2})}),
            "float32 [1,1,1,3] 1 12 20");
  EXPECT_EQ(shown(col2_im, {{"strides", std::vector<std::int64_t>{1, 2}}},
                  {f32({1, 4, 1}, {1, 2, 3, 4}), list({1, 2}), list({1, 2})}),
            "float32 [1,2,1,2] 1 2 3 4");
}
TEST(Col2Im, RefusesAnotherNumberOfBlocks) {
  EXPECT_EQ(refusal(col2_im, {}, {f32({1, 2, 3}, {1, 2, 3, 4, 5, 6}), list({1, 3}), list({1, 2})}),
            "node 'n' (Col2Im), input 0 'input': expected 2 blocks, found f32 [1,2,3]");
}

TEST(MaxUnpool, PutsMaximaBack) {
  const AttributeList two = {{"kernel_shape", std::vector<std::int64_t>{2, 2}},
                             {"strides", std::vector<std::int64_t>{2, 2}}};
  const Tensor x = f32({1, 1, 1, 2}, {5, 6}), at = i64({1, 1, 1, 2}, {4, 3});
  EXPECT_EQ(shown(max_unpool, two, {x, at}), "float32 [1,1,2,4] 0 0 0 6 5 0 0 0");
  EXPECT_EQ(shown(max_unpool, two, {x, at, list({1, 1, 2, 5})}), "float32 [1,1,2,5] 0 0 0 6 0 5 0 0 0 0");
  EXPECT_EQ(refusal(max_unpool, two, {x, i64({1, 1, 1, 2}, {4, 8})}),
            "node 'n' (MaxUnpool), input 1 'I': expected indices of 8, found 8");
}

TEST(TensorScatter, WritesRowsAtTheIndexOfEachSample) {
  const Tensor cache = i64({2, 3, 1}, {1, 2, 3, 4, 5, 6}), update = i64({2, 2, 1}, {10, 20, 30, 40});
  EXPECT_EQ(shown(tensor_scatter, {}, {cache, update, list({0, 1})}), "int64 [2,3,1] 10 20 3 4 30 40");
  EXPECT_EQ(shown(tensor_scatter, {{"mode", std::string("circular")}}, {cache, update, list({2, -1})}),
            "int64 [2,3,1] 20 2 10 40 5 30");
  EXPECT_EQ(refusal(tensor_scatter, {}, {cache, update, list({0, 2})}),
            "node 'n' (TensorScatter), input 2 'write_indices': expected indices from 0 to 1, found 2");
}

}  // namespace
}  // namespace dlas::op
