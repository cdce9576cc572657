#include "compiler/plan/memory.h"

#include <gtest/gtest.h>

#include <random>

namespace dlas::compiler {
namespace {

bool together(const Block& a, const Block& b) { return a.first <= b.last && b.first <= a.last; }
bool overlap(const Block& a, const Block& b) { return a.offset < b.offset + b.bytes && b.offset < a.offset + a.bytes; }

TEST(PlaceBlocks, NeverPutsTwoLivingBlocksOnOneAddress) {
  std::mt19937 random(1);
  for (int round = 0; round < 200; ++round) {
    std::vector<Block> blocks(1 + random() % 40);
    for (Block& b : blocks) {
      b.bytes = random() % 1000;
      b.first = random() % 20;
      b.last = b.first + random() % 6;
    }
    const std::size_t end = place_blocks(blocks);
    EXPECT_GE(end, most_alive(blocks));
    for (std::size_t i = 0; i < blocks.size(); ++i) {
      EXPECT_EQ(blocks[i].offset % kAlignment, 0U);
      EXPECT_LE(blocks[i].offset + blocks[i].bytes, end);
      for (std::size_t j = 0; j < i; ++j) EXPECT_FALSE(together(blocks[i], blocks[j]) && overlap(blocks[i], blocks[j]));
    }
  }
}

TEST(PlaceBlocks, ReusesMemoryInAChain) {
  std::vector<Block> chain;
  for (std::size_t i = 0; i < 10; ++i) chain.push_back({640, i, i + 1});
  EXPECT_EQ(place_blocks(chain), 1280U);
  EXPECT_EQ(most_alive(chain), 1280U);
}

TEST(PlaceBlocks, TakesTheSmallestGapThatFits) {
  // Three long blocks leave gaps of 256 and 64 bytes once the short ones between them are gone.
  std::vector<Block> blocks{{6400, 0, 9}, {256, 0, 1}, {640, 0, 9}, {64, 0, 1}, {576, 0, 9}, {64, 5, 6}};
  EXPECT_EQ(place_blocks(blocks), most_alive(blocks));
}

}  // namespace
}  // namespace dlas::compiler
