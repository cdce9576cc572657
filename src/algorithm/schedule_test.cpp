// Problems, schedules and targets as values: they print, parse and say what is wrong with them.
#include "algorithm/schedule.h"

#include <gmock/gmock.h>

#include "algorithm/conv_testing.h"

namespace dlas::algorithm {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::string error_of(std::string_view text) { return parse_schedule(text).error().message(); }

TEST(Schedule, PrintsWhatItParses) {
  for (const std::string_view given : {"direct(tile=7x4,unroll=4,order=hwc,split=both)",
                                       "direct(tile=6x2,unroll=3,order=chw,split=rows,block=256,specialised=yes)",
                                       "depthwise(tile=8x1,unroll=1,order=hwc,split=channels)"}) {
    const auto parsed = parse_schedule(given);
    ASSERT_TRUE(parsed.ok()) << parsed.error().message();
    EXPECT_EQ(text(*parsed), given);
  }
}

TEST(Schedule, RefusesTextThatIsNone) {
  EXPECT_EQ(
      error_of("direct"),
      "expected primitive(tile=7x4,unroll=4,order=hwc,split=both), found 'direct' (reading the schedule 'direct')");
  EXPECT_EQ(
      error_of("dirct(tile=7x4)"),
      "expected the name of a primitive, found 'dirct' (nearest: direct, im2col, depthwise) (reading the schedule "
      "'dirct(tile=7x4)')");
  EXPECT_EQ(error_of("direct(tile=7)"),
            "expected tile=PxV, unroll=N, block=N, order=hwc or chw, split=rows, channels or both, specialised=yes or "
            "no, found "
            "'tile=7' (reading the schedule 'direct(tile=7)')");
  EXPECT_EQ(error_of("direct(unroll=4,unroll=4)"),
            "expected each field once, found 'unroll=4' (reading the schedule 'direct(unroll=4,unroll=4)')");
  for (const std::string_view bad :
       {"", "(", ")", "direct(", "direct()x", "direct(=)", "direct(tile=x)", "direct(unroll=-1)",
        "direct(unroll=99999999999999999999)", "direct(order=)", "direct(specialised=1)"})
    EXPECT_FALSE(parse_schedule(bad).ok()) << bad;
}

TEST(Schedule, HasADefaultWithoutFaultsForEveryProblem) {
  std::mt19937 random(9);
  for (int trial = 0; trial < 500; ++trial) {
    const ConvProblem p = trial % 3 == 0 ? random_depthwise(random) : random_problem(random);
    for (const Target& target : targets())
      EXPECT_THAT(faults(default_schedule(p, target), p, target), IsEmpty()) << text(p);
  }
}

TEST(Schedule, IsAdaptedToAnyOtherProblemAndTarget) {
  std::mt19937 random(10);
  const auto any = [&] { return random() % 3 == 0 ? random_depthwise(random) : random_problem(random); };
  for (int trial = 0; trial < 500; ++trial)
    for (const Target& from : targets())
      for (const Target& to : targets()) {
        const ConvProblem p = any();
        const Schedule moved = adapted(default_schedule(any(), from), p, to);
        EXPECT_THAT(faults(moved, p, to), IsEmpty()) << text(moved) << " for " << text(p);
      }
}

TEST(Schedule, KeepsWhatFitsWhenItIsAdapted) {
  const Target& avx512 = targets().front();
  const ConvProblem p{.h = 9, .w = 9, .in_channels = 64, .out_channels = 64};
  const Schedule s = *parse_schedule("direct(tile=5x4,unroll=4,order=chw,split=rows,block=16)");
  EXPECT_EQ(text(adapted(s, p, avx512)), text(s));
  EXPECT_EQ(text(adapted(s, p, targets()[1])), "direct(tile=6x2,unroll=4,order=chw,split=rows)");  // no 5x4 on avx2
}

TEST(Schedule, SaysWhatIsWrongWithTheProblem) {
  const Schedule s = *parse_schedule("direct(tile=7x4,unroll=4)");
  const Target& t = targets().front();
  EXPECT_THAT(faults(s, {.stride_h = 0}, t), ElementsAre("sizes of the problem are 1 at least"));
  EXPECT_THAT(faults(s, {.in_channels = 6, .out_channels = 4, .groups = 4}, t),
              ElementsAre("4 groups do not divide 6 and 4 channels"));
  EXPECT_THAT(faults(s, {.h = 2, .w = 9, .kernel_h = 3}, t),
              ElementsAre("the window is larger than the padded picture"));
  EXPECT_THAT(faults(s, {.w = 1 << 20, .in_channels = 1 << 12}, t),
              ElementsAre("a row of the picture has 2^31 numbers or more"));
  EXPECT_THAT(faults(s, {.in_channels = 1 << 24}, t), ElementsAre("a row of the window has 2^31 weights or more"));
  EXPECT_THAT(faults(s, {.dtype = DType::i8}, t), ElementsAre("direct: only float32 is there"));
  EXPECT_THAT(faults(*parse_schedule("depthwise(tile=8x1)"), {.in_channels = 4}, t),
              ElementsAre("depthwise: every channel is a group of its own in a depthwise convolution"));
  EXPECT_THAT(faults(*parse_schedule("im2col(tile=7x4,unroll=4)"), {}, t),
              ElementsAre("im2col: a window of one pixel needs no copy"));
}

TEST(Problem, PrintsItsSizesAndItsClass) {
  ConvProblem p{
      .h = 56, .w = 56, .in_channels = 64, .out_channels = 64, .kernel_h = 3, .kernel_w = 3, .pads = {1, 1, 1, 1}};
  p.epilogue = {.bias = true, .residual = Epilogue::Residual::before, .low = 0};
  EXPECT_EQ(text(p), "conv f32 1x56x56x64 -> 64 k3x3 s1x1 d1x1 p1,1,1,1 g1 bias add relu");
  EXPECT_EQ(kernel_class(p), "conv 3x3 s1 bias add relu");
  p.groups = 64, p.epilogue = {.function = Function::silu};
  EXPECT_EQ(kernel_class(p), "depthwise 3x3 s1 silu");
  EXPECT_EQ(kernel_class({.in_channels = 9}), "dense");
}

TEST(Target, RefusesAnUnknownNameWithTheNearest) {
  EXPECT_EQ(parse_target("avx52").error().message(),
            "expected a target: avx512, avx2 or sse41, found 'avx52' (nearest: avx2, avx512, sse41)");
}

TEST(Target, ThatIsNativeIsTheBestOfThoseThisProcessorHas) {
  EXPECT_EQ(native(), targets_here().front());
  EXPECT_EQ(targets_here().back().name, "sse41");
}

}  // namespace
}  // namespace dlas::algorithm
