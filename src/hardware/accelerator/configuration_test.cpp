#include "hardware/accelerator/configuration.h"

#include <gtest/gtest.h>

#include "hardware/accelerator/energy.h"
#include "hardware/accelerator/mapping.h"
#include "hardware/accelerator/problem.h"

namespace dlas::accelerator {
namespace {

std::string error_of(const auto& result) { return result.ok() ? "no error" : result.error().message(); }

constexpr std::string_view kFile =
    "# 128 "
    "multipliers\nprint_stats_enabled=1\n[MSNetwork]\ntype=\"LINEAR\"\nms_size=128\n[ReduceNetwork]\ntype="
    "\"ASNETWORK\"\n"
    "accumulation_buffer_enabled=1\n[SDMemory]\ndn_bw=64\nrn_bw=32\ncontroller_type=\"MAERI_DENSE_WORKLOAD\"\nport_"
    "width=16\n";

TEST(Configuration, IsReadBackFromItsText) {
  for (const std::string_view text :
       {"maeri:ms=128,dn=64,rn=32,network=fenetwork,buffer=0", "sigma:ms=16,dn=4,rn=4,network=asnetwork,buffer=0",
        "mesh:rows=4,cols=12,dn=8,rn=16,network=temporalrn,buffer=1"}) {
    const auto read = parse_configuration(text);
    ASSERT_TRUE(read.ok()) << error_of(read);
    EXPECT_EQ(read->text(), text);
    EXPECT_EQ(read->hash(), parse_configuration(text)->hash());
  }
}

TEST(Configuration, IsReadFromAStonneFile) {
  const auto read = parse_stonne_configuration(kFile);
  ASSERT_TRUE(read.ok()) << error_of(read);
  EXPECT_EQ(read->text(), "maeri:ms=128,dn=64,rn=32,network=asnetwork,buffer=1");
}

// A quoted switch is what turned the buffer off in published runs.
TEST(Configuration, RefusesAQuotedInteger) {
  std::string file(kFile);
  file.replace(file.find("enabled=1\n[SD"), 9, "enabled=\"1\"");
  EXPECT_EQ(
      error_of(parse_stonne_configuration(file)),
      "expected an integer without quotes for 'ReduceNetwork.accumulation_buffer_enabled', found \"1\" in line 8");
}

TEST(Configuration, RefusesAnUnknownKey) {
  EXPECT_EQ(error_of(parse_stonne_configuration("[MSNetwork]\nmssize=128\n")),
            "expected a key that STONNE knows, found 'MSNetwork.mssize' in line 2");
}

TEST(Configuration, NamesEveryBadParameterAtOnce) {
  EXPECT_EQ(
      error_of(parse_configuration("maeri:ms=100,dn=3,rn=0")),
      "expected ms a power of two from 2 to 65536; dn a power of two; rn a power of two, found ms 100, dn 3, rn 0");
}

TEST(Configuration, RefusesMorePortsThanMultipliers) {
  EXPECT_EQ(error_of(parse_configuration("maeri:ms=16,dn=32,rn=4")),
            "expected dn at most ms, found dn 32 for 16 lanes");
}

TEST(Problem, RefusesAbsurdSizesAndOverflow) {
  EXPECT_EQ(error_of(parse_convolution("conv:R=0,X=99999999999")),
            "expected sizes from 1 to 16,777,216, found R 0, X 99999999999");
  EXPECT_EQ(error_of(parse_convolution("conv:C=16777216,K=16777216,X=16777216,Y=16777216")),
            "expected at most 2^50 multiplications in a layer, found more than 2^63");
}

TEST(Tile, IsReadBackFromItsFile) {
  const Tile tile{.r = 3, .s = 3, .c = 4, .k = 3, .g = 1, .n = 1, .x = 2, .y = 1};
  EXPECT_EQ(parse_tile_file(tile.file(false)).value(), tile);
  EXPECT_EQ(parse_tile_file(product_tile(1, 8, 12).file(true)).value(), product_tile(1, 8, 12));
  EXPECT_EQ(parse_tile(tile.text()).value(), tile);
}

TEST(Tile, IsRefusedWithTheRuleThatItBreaks) {
  const Configuration maeri{.multipliers = 16};
  const Convolution layer{.r = 3, .s = 3, .c = 2, .k = 4, .x = 6, .y = 6};
  EXPECT_EQ(error_of(validate(maeri, layer, {.r = 3, .s = 3, .c = 1, .k = 2})),
            "expected at most 16 multipliers, found 2 neurons of 9 and one more per neuron for partial sums");
  EXPECT_EQ(error_of(validate(maeri, layer, {.r = 0, .c = -1})),
            "expected sizes of a tile of at least 1, found T_R 0, T_C -1");
  const Configuration buffered{.multipliers = 16, .accumulation_buffer = true};
  EXPECT_EQ(error_of(validate(buffered, layer, {.k = 4})),
            "expected neurons of more than one multiplier, or one neuron (two would share an accumulator), found 4 "
            "neurons of one multiplier");
}

// Worked out by hand from the table: 30 adders and accumulators, 16 multipliers, 12 switches, the buffer; 49 + 15 + 24 and 28 wires.
TEST(Energy, CountsTheInstancesOfADesign) {
  const Configuration maeri{.multipliers = 16, .read_ports = 4, .write_ports = 4, .accumulation_buffer = true};
  const Instances i = instances(maeri);
  EXPECT_EQ(i.adders + i.accumulators, 30);
  EXPECT_EQ(i.switches, 12);
  EXPECT_EQ(i.wires_rn, 49);
  EXPECT_EQ(i.wires_dn, 28);
  EXPECT_NEAR(energy(maeri, {}).area, 165281.48, 1e-6);
}

}  // namespace
}  // namespace dlas::accelerator
