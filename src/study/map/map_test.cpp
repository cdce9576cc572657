#include "study/map/map.h"

#include <gtest/gtest.h>

#include "hardware/accelerator/alexnet_testing.h"
#include "study/map/space.h"

namespace dlas::study::map {
namespace {

namespace acc = accelerator;

// Every legal tile simulated: the oracle of branch and bound.
TEST(Map, FindsTheBestOfAllTiles) {
  for (const bool buffer : {false, true})
    for (const acc::Convolution& layer : {acc::Convolution{.r = 3, .s = 3, .c = 4, .k = 4, .x = 8, .y = 8},
                                          acc::Convolution{.r = 1, .s = 1, .c = 6, .k = 5, .x = 4, .y = 4, .stride = 2},
                                          acc::Product{2, 6, 20}.as_convolution()}) {
      const acc::Configuration c{.multipliers = 32, .read_ports = 8, .write_ports = 8, .accumulation_buffer = buffer};
      std::int64_t least = std::int64_t{1} << 60;
      for (const Candidate& candidate : legal_tiles(c, layer, 1'000'000)) {
        const auto outcome = acc::simulate(c, acc::DenseJob{layer, candidate.tile});
        ASSERT_TRUE(outcome.ok());
        EXPECT_LE(candidate.bound, outcome->cycles) << candidate.tile.text();
        least = std::min(least, outcome->cycles);
      }
      const auto found = search(c, layer);
      ASSERT_TRUE(found.ok());
      EXPECT_EQ(found->best.outcome.cycles, least) << layer.text();
      EXPECT_TRUE(found->proven);
    }
}

TEST(Map, ChoosesBifrostsPublishedTilesByItsProxy) {
  for (const acc::AlexNetLayer& layer : acc::alexnet()) {
    if (layer.name == "conv5")
      continue;  // there 1 x 3 x 32 needs fewer partial sums than what was published, 3 x 3 x 8
    EXPECT_EQ(bifrost_tile(acc::alexnet_maeri(false), layer.layer), layer.bifrost) << layer.name;
  }
}

// The published tiles of mRNA, summed over all layers, with the accumulation buffer on: no tile of any layer is better than ours.
TEST(Map, BeatsThePublishedTilesAndProvesIt) {
  std::int64_t ours = 0, published = 0;
  for (const acc::AlexNetLayer& layer : acc::alexnet()) {
    const auto found = search(acc::alexnet_maeri(true), layer.layer);
    ASSERT_TRUE(found.ok());
    EXPECT_TRUE(found->proven) << layer.name;
    ours += found->best.outcome.cycles;
    published += layer.on[2];
  }
  EXPECT_EQ(ours, 8'030'912);
  EXPECT_EQ(published, 9'062'184);
}

TEST(Map, RefusesADesignWithoutTiles) {
  const auto found = search({.design = acc::Design::sigma}, {});
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().message(), "expected maeri, the design that has tiles to choose, found sigma");
}

}  // namespace
}  // namespace dlas::study::map
