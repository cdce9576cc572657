// What must hold between runs whatever the rules are.
#include <gtest/gtest.h>

#include "hardware/accelerator/random_testing.h"
#include "hardware/accelerator/stalls.h"

namespace dlas::accelerator {
namespace {

std::int64_t cycles(const Configuration& c, const Job& job) {
  const auto outcome = simulate(c, job);
  return outcome.ok() ? outcome->cycles : -1;
}

const Configuration kMaeri{.multipliers = 64, .read_ports = 16, .write_ports = 16, .accumulation_buffer = true};
const Convolution kLayer{.r = 3, .s = 3, .c = 8, .k = 8, .x = 14, .y = 14};
const Tile kTile{.r = 3, .s = 3, .c = 2, .k = 2};

// Tiles that divide the layer: the array drains between filter blocks, so that time is blocks x one block.
TEST(Metamorphic, TwiceTheFiltersTakeTwiceTheTime) {
  for (const bool buffer : {false, true}) {
    Configuration c = kMaeri;
    c.accumulation_buffer = buffer;
    Convolution twice = kLayer;
    twice.k *= 2;
    EXPECT_EQ(cycles(c, DenseJob{twice, kTile}), 2 * cycles(c, DenseJob{kLayer, kTile}));
  }
}

TEST(Metamorphic, AFullyConnectedLayerIsAConvolutionOfItsWidth) {
  const Product p{1, 10, 40};
  const Convolution conv{.r = 1, .s = 40, .c = 1, .k = 10, .x = 1, .y = 40};
  EXPECT_EQ(p.as_convolution(), conv);
}

// Zeros of the streamed operand are sent as well: they change reads, not time.
TEST(Metamorphic, StreamedZerosDoNotChangeSigmasTime) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 50; ++i) {
    const RandomJob one = random_sigma(random);
    SparseProduct other = std::get<SparseProduct>(one.job);
    for (std::int64_t row = 0; row < other.streamed.rows(); ++row)
      for (std::int64_t j = 0; j < other.streamed.columns(); ++j) other.streamed.set(row, j, (row + j) % 3 == 0);
    EXPECT_EQ(cycles(one.configuration, one.job), cycles(one.configuration, Job(other))) << one.text;
  }
}

TEST(Metamorphic, TheMeshTakesAsLongForItsMirroredProduct) {
  const Configuration mesh{.design = Design::mesh,
                           .multipliers = 64,
                           .rows = 8,
                           .columns = 8,
                           .read_ports = 16,
                           .write_ports = 64,
                           .network = Network::temporalrn,
                           .accumulation_buffer = true};
  EXPECT_EQ(cycles(mesh, mesh::Job{{16, 24, 30}, 8, 8}), cycles(mesh, mesh::Job{{24, 16, 30}, 8, 8}));
}

// K + (r + c - 2) + 4 + 1 for a tile with one lane a port: 16 + 30 + 5.
TEST(Metamorphic, AMeshTileFollowsItsFormula) {
  const Configuration mesh{.design = Design::mesh,
                           .multipliers = 256,
                           .rows = 16,
                           .columns = 16,
                           .read_ports = 32,
                           .write_ports = 256,
                           .network = Network::temporalrn,
                           .accumulation_buffer = true};
  EXPECT_EQ(cycles(mesh, mesh::Job{{16, 16, 16}, 16, 16}), 51);
}

// Weights 4096 cycles, 4095 loops of 4, one more and a tail of 4.
TEST(Metamorphic, AllOnesFollowTheirFormula) {
  const Configuration maeri{.multipliers = 128, .read_ports = 64, .write_ports = 64};
  EXPECT_EQ(cycles(maeri, DenseJob{Product{1, 1, 4096}.as_convolution(), {}}), 4096 + 4 * 4095 + 1 + 4);
}

// The corrections take stalls away and add none.
TEST(Metamorphic, WideWriteBackNeverCostsCycles) {
  std::mt19937_64 random(11);
  for (int i = 0; i < 400; ++i) {
    const RandomJob one = i % 2 == 0 ? random_maeri(random) : random_mesh(random);
    Configuration half = one.configuration, wide = one.configuration;
    half.wide_write_back = false;
    wide.wide_write_back = true;
    if (half.network == Network::asnetwork && !half.accumulation_buffer)
      continue;  // partial sums may then return in another order
    EXPECT_LE(cycles(wide, one.job), cycles(half, one.job)) << one.text;
  }
}

TEST(Metamorphic, StallsAddUpToTheCycles) {
  std::mt19937_64 random(12);
  for (int i = 0; i < 200; ++i) {
    const RandomJob one = random_maeri(random);
    const std::int64_t total = cycles(one.configuration, one.job);
    const Stalls parts = stalls(one.configuration, one.job, total, std::get<DenseJob>(one.job).layer.products());
    EXPECT_EQ(parts.total(), total) << one.text;
  }
}

TEST(Simulate, RefusesAJobOfAnotherDesign) {
  const auto outcome = simulate(kMaeri, mesh::Job{{1, 1, 1}, 1, 1});
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().message(), "expected a job for maeri, found one for mesh");
}

TEST(Simulate, RefusesAnEmptyStationaryVector) {
  const auto outcome = simulate({.design = Design::sigma}, SparseProduct{Bitmap(2, 4), Bitmap(1, 4)});
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().message(),
            "expected a non-zero in every stationary vector (STONNE loses count otherwise), found none in vector 0");
}

}  // namespace
}  // namespace dlas::accelerator
