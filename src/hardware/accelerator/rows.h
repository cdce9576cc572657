// Files of simulator runs, one a row: configuration, layer, tile, and what the simulator counted. Read back, each row is a job that can be
// run again and compared.
//
// Columns by name, in any order: design (maeri, sigma, tpu, magma), op, R S C K G N X Y stride, gemm_M gemm_N gemm_K, T_R .. T_Y_,
// gemm_T_M gemm_T_N gemm_T_K, ms_size ms_rows ms_cols dn_bw rn_bw rn_type accumulation_buffer, MK_sparsity_pct KN_sparsity_pct
// dataflow optimize; then cycles and counters by the names of counters.h. Columns that are missing or empty are not compared.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "hardware/accelerator/accelerator.h"

namespace dlas::accelerator {

struct Row {
  std::string id;
  Configuration configuration;
  Job job;
  std::map<std::string, double, std::less<>> expected;  // by column
};

// A CSV table as it is; every line has as many fields as the first.  Errors: format, with the line.
struct Table {
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> lines;
};
Result<Table> parse_table(std::string_view text);

// Stationary bitmaps by run_id, for sparse rows; without one, a row's operands are drawn as STONNE's command line draws them.
using Bitmaps = std::map<std::string, Bitmap, std::less<>>;
Result<Bitmaps> bitmaps_of(const Table& table);

// Line `index` of the table as a job.  Errors: format, naming the row and the column; usage and unsupported for what no run can have had.
Result<Row> row_of(const Table& table, std::size_t index, const Bitmaps& bitmaps);
// All of them.  Errors: of the first bad row.
Result<std::vector<Row>> rows_of(const Table& table, const Bitmaps& bitmaps);

// What a run says in the columns of a rows file.
std::map<std::string, double, std::less<>> columns_of(const Row& row, const Outcome& outcome);

struct Difference {
  std::string column;
  double expected = 0, found = 0;
};
// Counts must be equal; energies and areas within the rounding of the file, 4 and 2 decimals.
std::vector<Difference> differences(const Row& row, const Outcome& outcome);

}  // namespace dlas::accelerator
