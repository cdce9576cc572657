// Einsum: equations and what they compute, by hand.
#include <gtest/gtest.h>

#include "model/op/case_testing.h"
#include "model/op/list_nn.h"

namespace dlas::op {
namespace {

using testing::f32, testing::i64, testing::inferred, testing::list, testing::refusal, testing::shown;

AttributeList equation(std::string text) { return {{"equation", std::move(text)}}; }
const Tensor kA = i64({2, 2}, {1, 2, 3, 4}), kB = i64({2, 2}, {5, 6, 7, 8});

TEST(Einsum, SumsOverLettersThatTheOutputLacks) {
  EXPECT_EQ(shown(einsum, equation("ij,jk->ik"), {kA, kB}), "int64 [2,2] 19 22 43 50");
  EXPECT_EQ(shown(einsum, equation(" ij , jk "), {kA, kB}), "int64 [2,2] 19 22 43 50");
  EXPECT_EQ(shown(einsum, equation("ij->"), {kA}), "int64 [] 10");
}

TEST(Einsum, AnImplicitOutputIsSorted) { EXPECT_EQ(shown(einsum, equation("ba"), {kA}), "int64 [2,2] 1 3 2 4"); }

TEST(Einsum, ARepeatedLetterIsTheDiagonal) {
  EXPECT_EQ(shown(einsum, equation("ii->i"), {kA}), "int64 [2] 1 4");
  EXPECT_EQ(shown(einsum, equation("ii"), {kA}), "int64 [] 5");
}

TEST(Einsum, AnEllipsisBroadcasts) {
  EXPECT_EQ(shown(einsum, equation("...i,...i"), {kA, i64({1, 2}, {10, 1})}), "int64 [2] 12 34");
  EXPECT_EQ(shown(einsum, equation("...ij->...ji"), {kA.reshaped({1, 2, 2})}), "int64 [1,2,2] 1 3 2 4");
}

TEST(Einsum, MultipliesMoreThanTwoInputs) {
  EXPECT_EQ(shown(einsum, equation("i,i,i->"), {list({1, 2}), list({3, 4}), list({5, 6})}), "int64 [] 63");
}

TEST(Einsum, RefusesWhatItCannotRead) {
  EXPECT_EQ(refusal(einsum, equation("ij,jk->ik"), {kA}),
            "node 'n' (Einsum), attribute 'equation': expected 1 terms, found 2");
  EXPECT_EQ(refusal(einsum, equation("i1"), {kA}),
            "node 'n' (Einsum), attribute 'equation': expected letters and at most one ellipsis a term, found i1");
  EXPECT_EQ(refusal(einsum, equation("ijk"), {kA}),
            "node 'n' (Einsum), input 0 'Inputs': expected axes for 'ijk', found i64 [2,2]");
  EXPECT_EQ(refusal(einsum, equation("ij->k"), {kA}),
            "node 'n' (Einsum), attribute 'equation': expected an output of letters of the inputs, each once, found k");
  EXPECT_EQ(refusal(einsum, equation("i,i->"), {list({1, 2}), list({1, 2, 3})}),
            "node 'n' (Einsum), input 1 'Inputs': expected a size of 2 for each such letter, found i64 [3]");
}

TEST(Einsum, KeepsSizesThatAreNotKnown) {
  EXPECT_EQ(
      inferred(einsum, equation("bij,bjk->bik"),
               {Type(DType::f32, {Dim::symbol("batch"), 2, Dim()}), Type(DType::f32, {Dim::symbol("batch"), 3, 4})}),
      "f32 [batch,2,4]");
}

}  // namespace
}  // namespace dlas::op
