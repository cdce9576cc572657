// dlas simulate --replay: runs every row of a file of simulator runs and names the columns that differ.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "base/text.h"
#include "cli/accelerator/simulate.h"
#include "cli/command.h"
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

Result<acc::Bitmaps> read_bitmaps(const std::string& path) {
  if (path.empty()) return acc::Bitmaps();
  DLAS_ASSIGN(const acc::Table table, read_table(path));
  Result<acc::Bitmaps> bitmaps = acc::bitmaps_of(table);
  if (!bitmaps.ok()) return bitmaps.error().in(path);
  return bitmaps;
}

struct Replayed {
  std::int64_t rows = 0, different = 0, cycles = 0;
  std::string lines;
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
};

void note_error(const std::string& id, const Error& error, Replayed& out) {
  ++out.different;
  out.lines += "  " + for_terminal(id) + ": " + error.message() + "\n";
  out.list.push_back({{"run_id", valid_utf8(id)}, {"error", valid_utf8(error.message())}});
}

void note_differences(const std::string& id, const std::vector<acc::Difference>& differences, Replayed& out) {
  nlohmann::ordered_json entry = {{"run_id", valid_utf8(id)}};
  out.lines += "  " + for_terminal(id);
  for (const acc::Difference& d : differences) {
    out.lines += fmt::format("  {} {:.17g}, expected {:.17g}", d.column, d.found, d.expected);
    entry["differences"].push_back({{"column", d.column}, {"found", d.found}, {"expected", d.expected}});
  }
  ++out.different;
  out.lines += "\n";
  out.list.push_back(std::move(entry));
}

// A row that cannot be read or run counts as one that differs: the others are compared all the same.
void replay(const acc::Table& table, std::size_t index, const acc::Bitmaps& bitmaps, acc::Engine engine,
            Replayed& out) {
  const auto column = std::ranges::find(table.columns, "run_id");
  const std::string id = column == table.columns.end()
                             ? "row " + std::to_string(index + 1)
                             : table.lines[index][static_cast<std::size_t>(column - table.columns.begin())];
  ++out.rows;
  const Result<acc::Row> row = acc::row_of(table, index, bitmaps);
  if (!row.ok()) return note_error(id, row.error(), out);
  const Result<acc::Outcome> outcome = acc::simulate(row->configuration, row->job, engine);
  if (!outcome.ok()) return note_error(id, outcome.error(), out);
  out.cycles += outcome->cycles;
  const auto differences = acc::differences(*row, *outcome);
  if (!differences.empty()) note_differences(id, differences, out);
}

}  // namespace

Result<int> replay_rows(const SimulateOptions& o) {
  DLAS_ASSIGN(const acc::Bitmaps bitmaps, read_bitmaps(o.bitmaps));
  DLAS_ASSIGN(const acc::Table table, read_table(o.replay));
  const auto engine = o.engine == "stepped" ? acc::Engine::stepped : acc::Engine::computed;
  Replayed out;
  for (std::size_t i = 0; i < table.lines.size(); ++i) replay(table, i, bitmaps, engine, out);
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
