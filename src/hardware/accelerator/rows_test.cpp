#include "hardware/accelerator/rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "base/file.h"
#include "hardware/accelerator/sigma/operands.h"

namespace dlas::accelerator {
namespace {

using testing::HasSubstr;

std::string shared_folder() {
  const char* named = std::getenv("DLAS_SHARED");
  return named ? named : std::string(DLAS_SOURCE_DIR) + "/../shared";
}

Table table_at(const std::string& path) { return parse_table(read_text(path, std::uint64_t{1} << 30).value()).value(); }

// One row of our own, worked out by hand: a single product on 16 multipliers. The weight leaves in cycle 1, the input in 2; adder,
// accumulator, line and count follow one cycle each.
constexpr std::string_view kByHand =
    "run_id,design,op,R,S,C,K,X,Y,T_R,T_S,T_C,T_K,T_X_,T_Y_,ms_size,dn_bw,rn_bw,rn_type,accumulation_buffer,cycles,"
    "multiplications\r\n"
    "one,maeri,conv,1,1,1,1,1,1,1,1,1,1,1,1,16,4,4,ASNETWORK,1,7,1\r\n";

std::string error_of(std::string_view csv) {
  const auto table = parse_table(csv);
  if (!table.ok()) return table.error().message();
  const auto rows = rows_of(*table, {});
  return rows.ok() ? "no error" : rows.error().message();
}

std::string with(std::string_view from, std::string_view to) {
  std::string csv(kByHand);
  csv.replace(csv.find(from), from.size(), to);
  return csv;
}

TEST(Rows, RunAgainAndCompareEveryColumn) {
  const auto rows = rows_of(parse_table(kByHand).value(), {});
  ASSERT_TRUE(rows.ok());
  for (const Engine engine : {Engine::computed, Engine::stepped}) {
    const auto outcome = simulate(rows->front().configuration, rows->front().job, engine);
    ASSERT_TRUE(outcome.ok());
    EXPECT_TRUE(differences(rows->front(), *outcome).empty());
  }
}

TEST(Rows, OfIllegalTilesAreRefusedBeforeAnythingIsDivided) {
  EXPECT_TRUE(error_of(with("conv,1,1,1,1,1,1,1,", "conv,1,1,1,1,1,1,0,")).find("T_R") != std::string::npos)
      << error_of(with("conv,1,1,1,1,1,1,1,", "conv,1,1,1,1,1,1,0,"));
  EXPECT_NE(error_of(with("conv,1,", "conv,0,")), "no error");
}

TEST(Rows, NameTheColumnThatDiffers) {
  const auto rows = rows_of(parse_table(with(",7,1", ",8,1")).value(), {});
  const auto outcome = simulate(rows->front().configuration, rows->front().job);
  const auto found = differences(rows->front(), *outcome);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found.front().column, "cycles");
  EXPECT_EQ(found.front().expected, 8);
  EXPECT_EQ(found.front().found, 7);
}

TEST(Rows, RefuseWhatIsNoNumber) {
  EXPECT_EQ(error_of(with(",7,1", ",seven,1")), "expected a number for cycles, found 'seven' (row 1 of the table)");
}

TEST(Rows, RefuseALineWithTooFewFields) {
  EXPECT_EQ(error_of(std::string(kByHand) + "two,maeri\n"), "expected 22 fields, found 2 in record 3");
}

TEST(Rows, RefuseADesignOfAnotherName) {
  EXPECT_EQ(error_of(with("one,maeri", "one,eyeriss")),
            "expected design maeri, sigma, tpu or magma, found 'eyeriss' (row 1 of the table)");
}

TEST(Rows, RefuseABitmapThatItsDigitsDoNotFill) {
  const auto table = parse_table("run_id,which,rows,cols,hex_rows\na,MK_rows,1000000000,1000000000,ff\n");
  const auto bitmaps = bitmaps_of(table.value());
  ASSERT_FALSE(bitmaps.ok());
  EXPECT_THAT(bitmaps.error().message(), HasSubstr("rows x cols that the hex digits fill"));
}

// The measurements of the simulator itself: developers have them, users do not.
TEST(Rows, OfTheSimulatorAreEqualInCyclesAndEveryCounter) {
  const std::string folder = shared_folder() + "/data";
  if (path_kind(folder + "/stonne_reference_open.csv") != PathKind::file)
    GTEST_SKIP() << "no stonne_reference_open.csv in " << folder << "; DLAS_SHARED names another folder";
  const auto bitmaps = bitmaps_of(table_at(folder + "/stonne_bitmaps_open.csv"));
  ASSERT_TRUE(bitmaps.ok());
  const Table table = table_at(folder + "/stonne_reference_open.csv");
  for (const Bitmaps& given : {*bitmaps, Bitmaps()}) {  // with its operands, and with those that we draw
    const auto rows = rows_of(table, given);
    ASSERT_TRUE(rows.ok()) << rows.error().message();
    EXPECT_EQ(rows->size(), 414u);
    for (const Row& row : *rows) {
      const auto outcome = simulate(row.configuration, row.job);
      ASSERT_TRUE(outcome.ok()) << row.id << ": " << outcome.error().message();
      for (const Difference& d : differences(row, *outcome))
        ADD_FAILURE() << row.id << " " << d.column << " " << d.found << ", expected " << d.expected;
    }
  }
}

// The first draws of the C library's generator, which are public.
TEST(Operands, AreDrawnAsTheCommandLineDrawsThem) {
  sigma::LibraryRandom random;
  EXPECT_EQ(random.next(), 1804289383);
  EXPECT_EQ(random.next(), 846930886);
  EXPECT_EQ(random.next(), 1681692777);
}

}  // namespace
}  // namespace dlas::accelerator
