// Convolution kernels against loops in float64, on all targets that this processor has, between guard pages.
#include <gmock/gmock.h>

#include "algorithm/conv_testing.h"
#include "algorithm/primitive/list.h"

namespace dlas::algorithm {
namespace {

using testing::Each;
using testing::ElementsAre;

TEST(Conv, GivesTheSumsOfRandomProblemsWithTheDefaultSchedule) {
  std::mt19937 random(1);
  for (std::uint32_t seed = 0; seed < 300; ++seed) {
    const ConvProblem p = seed % 4 == 0 ? random_depthwise(random) : random_problem(random);
    for (const Target& target : targets_here())
      ASSERT_EQ(run_and_compare(p, default_schedule(p, target), target, static_cast<BorderGiven>(seed % 3), seed), "");
  }
}

// Any schedule without a fault gives the same sums.
TEST(Conv, GivesTheSumsWithRandomValidSchedules) {
  std::mt19937 random(2);
  const auto pick = [&](std::initializer_list<std::int64_t> list) { return list.begin()[random() % list.size()]; };
  int valid = 0;
  for (std::uint32_t seed = 0; seed < 3000; ++seed) {
    const ConvProblem p = seed % 4 == 0 ? random_depthwise(random) : random_problem(random);
    const auto here = targets_here();
    const Target& target = here[random() % here.size()];
    Schedule s{.primitive = std::string(primitives()[random() % primitives().size()]->name)};
    s.tile_w = pick({1, 2, 3, 3, 4, 5, 6, 7, 9, 14});
    s.tile_c = pick({1, 2, 2, 3, 4, 4, 8});
    s.unroll = pick({1, 3, 4, 4});
    s.block_c = pick({0, 0, 0, 4, 8, 12, 16});
    s.order = random() % 2 == 0 ? "hwc" : "chw";
    s.split = std::vector<std::string>{"rows", "channels", "both"}[random() % 3];
    if (!faults(s, p, target).empty()) continue;
    ++valid;
    ASSERT_EQ(run_and_compare(p, s, target, static_cast<BorderGiven>(seed % 3), seed), "");
  }
  EXPECT_GT(valid, 100);
}

TEST(Conv, RunsWidthsBelowTheTile) {
  for (std::int64_t width = 1; width <= 30; ++width) {
    const ConvProblem p{
        .h = 2, .w = width, .in_channels = 5, .out_channels = 70, .kernel_h = 3, .kernel_w = 3, .pads = {1, 1, 1, 1}};
    for (const Target& target : targets_here())
      ASSERT_EQ(run_and_compare(p, default_schedule(p, target), target, BorderGiven::needed, 3), "");
  }
}

// One pixel is summed in the same order in every tile, so neither the width of a picture nor the number of threads shows.
TEST(Conv, GivesTheSameBitsWithEveryTile) {
  for (const Target& target : targets_here())
    for (const bool channelwise : {false, true}) {
      const std::int64_t groups = channelwise ? 64 : 1;
      const ConvProblem p{
          .h = 6, .w = 29, .in_channels = 64, .out_channels = 64, .groups = groups, .kernel_h = 3, .kernel_w = 3};
      const Schedule usual = default_schedule(p, target);
      const std::vector<float> expected = outputs(p, usual, target);
      int tiles = 0;
      for (Schedule s = usual; s.tile_c > 0; --s.tile_c)
        for (s.tile_w = 14; s.tile_w > 0; --s.tile_w)
          if (faults(s, p, target).empty()) {
            ++tiles;
            EXPECT_EQ(outputs(p, s, target), expected) << text(s) << " on " << target.name;
          }
      EXPECT_GE(tiles, 3);
    }
}

TEST(Conv, GivesTheSameBitsInAnyOrderOfJobsAndOnSeveralThreads) {
  const ConvProblem p{
      .n = 2, .h = 23, .w = 29, .in_channels = 48, .out_channels = 160, .kernel_h = 3, .kernel_w = 3, .stride_w = 2};
  for (const Target& target : targets_here()) {
    Schedule s = default_schedule(p, target);
    const std::vector<float> expected = outputs(p, s, target);
    for (const char* order : {"hwc", "chw"})
      for (const char* split : {"rows", "channels", "both"}) {
        s.order = order, s.split = split;
        EXPECT_EQ(outputs(p, s, target, std::nullopt, backward_loop()), expected) << text(s);
        EXPECT_EQ(outputs(p, s, target, std::nullopt, parallel_loop()), expected) << text(s);
      }
  }
}

TEST(Conv, KeepsNanAndInfinity) {
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN(), kInfinity = std::numeric_limits<float>::infinity();
  for (const Target& target : targets_here())
    for (const std::int64_t width : {1, 2, 3, 4, 5, 6, 7, 8})
      for (const std::int64_t groups : {1, 16}) {
        ConvProblem p{.w = width, .in_channels = 16, .out_channels = 16, .groups = groups};
        const auto all = [&](float input) { return outputs(p, default_schedule(p, target), target, input); };
        EXPECT_THAT(all(kNan), Each(testing::IsNan())) << target.name << " " << text(p);
        EXPECT_THAT(all(kInfinity), Each(kInfinity)) << target.name << " " << text(p);
        p.epilogue.low = 0, p.epilogue.high = 6;
        EXPECT_THAT(all(kNan), Each(testing::IsNan())) << target.name << " " << text(p);
        EXPECT_THAT(all(kInfinity), Each(6)) << target.name << " " << text(p);
        EXPECT_THAT(all(-kInfinity), Each(0)) << target.name << " " << text(p);
      }
}

TEST(Conv, RefusesAScheduleWithAllItsFaultsAtOnce) {
  const ConvProblem p{.h = 8, .w = 8, .in_channels = 32, .out_channels = 64, .groups = 2, .kernel_h = 3, .kernel_w = 3};
  const Schedule s{.primitive = "direct",
                   .tile_w = 40,
                   .tile_c = 4,
                   .unroll = 5,
                   .block_c = 6,
                   .order = "wch",
                   .split = "threads",
                   .specialised = true};
  EXPECT_THAT(faults(s, p, targets().front()),
              ElementsAre("order is hwc or chw, not 'wch'", "split is rows, channels or both, not 'threads'",
                          "specialised: no code generator is there for kernels of fixed sizes",
                          "no kernel with a tile of 40x4 was made for avx512",
                          "unroll is 3 or 4 in the kernels that were made, not 5",
                          "block is a multiple of unroll, 5, not 6", "block is for convolutions without groups"));
}

}  // namespace
}  // namespace dlas::algorithm
