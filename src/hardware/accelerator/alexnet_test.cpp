#include <gtest/gtest.h>

#include "hardware/accelerator/alexnet_testing.h"

namespace dlas::accelerator {
namespace {

std::int64_t cycles(const AlexNetLayer& layer, const Tile& tile, bool buffer) {
  const auto outcome = simulate(alexnet_maeri(buffer), DenseJob{layer.layer, tile});
  return outcome.ok() ? outcome->cycles : -1;
}

TEST(AlexNet, TakesThePublishedCyclesWithTheBufferOff) {
  for (const AlexNetLayer& layer : alexnet()) {
    EXPECT_EQ(cycles(layer, Tile(), false), layer.off[0]) << layer.name << ", all ones";
    EXPECT_EQ(cycles(layer, layer.bifrost, false), layer.off[1]) << layer.name << ", Bifrost";
    EXPECT_EQ(cycles(layer, layer.mrna, false), layer.off[2]) << layer.name << ", mRNA";
  }
}

TEST(AlexNet, TakesTheCyclesOfTheSecondTableWithTheBufferOn) {
  for (const AlexNetLayer& layer : alexnet()) {
    EXPECT_EQ(cycles(layer, Tile(), true), layer.on[0]) << layer.name << ", all ones";
    EXPECT_EQ(cycles(layer, layer.bifrost, true), layer.on[1]) << layer.name << ", Bifrost";
    EXPECT_EQ(cycles(layer, layer.mrna, true), layer.on[2]) << layer.name << ", mRNA";
  }
}

// Published too: convolutions as products (filters x positions), weights stationary, no zeros at all.
TEST(AlexNet, TakesThePublishedCyclesOnSigma) {
  Configuration sigma{.design = Design::sigma, .multipliers = 128, .read_ports = 64, .write_ports = 64};
  const auto full = [](std::int64_t rows, std::int64_t columns) {
    Bitmap bits(rows, columns);
    for (std::int64_t i = 0; i < rows; ++i)
      for (std::int64_t j = 0; j < columns; ++j) bits.set(i, j);
    return bits;
  };
  const std::int64_t published[] = {1164224, 3671808, 1887360, 2515712, 1706752, 4485120, 2019328, 493000};
  for (std::size_t i = 0; i < alexnet().size(); ++i) {
    const Convolution& l = alexnet()[i].layer;
    const std::int64_t k = l.r * l.s * l.c, positions = l.out_x() * l.out_y();
    const auto outcome = simulate(sigma, SparseProduct{full(l.k, k), full(positions, k)});
    ASSERT_TRUE(outcome.ok());
    EXPECT_EQ(outcome->cycles, published[i]) << alexnet()[i].name;
  }
}

}  // namespace
}  // namespace dlas::accelerator
