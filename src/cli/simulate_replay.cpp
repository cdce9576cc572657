// dlas simulate --replay: runs every row of a file of simulator runs and names the columns that differ.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/file.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/simulate.h"
#include "hardware/accelerator/rows.h"

namespace dlas::cli {
namespace {

namespace acc = accelerator;

constexpr std::uint64_t kLongestFile = std::uint64_t{1} << 30;

Result<acc::Table> read_table(const std::string& path) {
  DLAS_ASSIGN(const std::string text, read_text(path, kLongestFile));
  Result<acc::Table> table = acc::parse_table(text);
  if (!table.ok()) return table.error().in(path);
  return table;
}

Result<std::vector<acc::Row>> read_rows(const SimulateOptions& o) {
  acc::Bitmaps bitmaps;
  if (!o.bitmaps.empty()) {
    DLAS_ASSIGN(const acc::Table table, read_table(o.bitmaps));
    Result<acc::Bitmaps> read = acc::bitmaps_of(table);
    if (!read.ok()) return read.error().in(o.bitmaps);
    bitmaps = std::move(*read);
  }
  DLAS_ASSIGN(const acc::Table table, read_table(o.replay));
  Result<std::vector<acc::Row>> rows = acc::rows_of(table, bitmaps);
  if (!rows.ok()) return rows.error().in(o.replay);
  return rows;
}

struct Replayed {
  std::int64_t rows = 0, different = 0, cycles = 0;
  std::string lines;
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
};

void note(const acc::Row& row, const Result<acc::Outcome>& outcome, Replayed& out) {
  nlohmann::ordered_json entry = {{"run_id", valid_utf8(row.id)}};
  std::string line = "  " + for_terminal(row.id);
  if (!outcome.ok()) {
    line += ": " + outcome.error().message();
    entry["error"] = valid_utf8(outcome.error().message());
  } else {
    for (const acc::Difference& d : acc::differences(row, *outcome)) {
      line += fmt::format("  {} {:.17g}, expected {:.17g}", d.column, d.found, d.expected);
      entry["differences"].push_back({{"column", d.column}, {"found", d.found}, {"expected", d.expected}});
    }
  }
  ++out.different;
  out.lines += line + "\n";
  out.list.push_back(std::move(entry));
}

}  // namespace

Result<int> replay_rows(const SimulateOptions& o) {
  DLAS_ASSIGN(const auto rows, read_rows(o));
  const auto engine = o.engine == "stepped" ? acc::Engine::stepped : acc::Engine::computed;
  Replayed out;
  for (const acc::Row& row : rows) {
    const Result<acc::Outcome> outcome = acc::simulate(row.configuration, row.job, engine);
    ++out.rows;
    if (outcome.ok()) out.cycles += outcome->cycles;
    if (!outcome.ok() || !acc::differences(row, *outcome).empty()) note(row, outcome, out);
  }
  if (o.json) {
    print(pretty({{"schema", "dlas.simulate-replay/1"},
                  {"file", valid_utf8(o.replay)},
                  {"rows", out.rows},
                  {"different", out.different},
                  {"cycles", out.cycles},
                  {"rows_that_differ", out.list}}));
  } else {
    print(fmt::format("{} of {} rows are equal in cycles and every counter ({} cycles in all)\n{}",
                      out.rows - out.different, out.rows, thousands(static_cast<std::uint64_t>(out.cycles)),
                      out.lines));
  }
  return out.different == 0 ? kAgree : kDifferent;
}

}  // namespace dlas::cli
