// Bitmaps as text: one hex string per row, 4 elements a digit, the first element in the highest bit, the last digit filled with zeros.
#include <algorithm>

#include "base/text.h"
#include "hardware/accelerator/rows.h"

namespace dlas::accelerator {
namespace {

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

Status read_row(Bitmap& bits, std::int64_t row, std::string_view hex) {
  if (static_cast<std::int64_t>(hex.size()) != (bits.columns() + 3) / 4)
    return make_error(Code::format, std::to_string((bits.columns() + 3) / 4) + " hex digits in a row",
                      std::to_string(hex.size()));
  for (std::int64_t j = 0; j < bits.columns(); ++j) {
    const int value = digit(hex[static_cast<std::size_t>(j / 4)]);
    if (value < 0) return make_error(Code::format, "hex digits", "'" + std::string(hex.substr(0, 40)) + "'");
    bits.set(row, j, (value >> (3 - j % 4)) & 1);
  }
  return {};
}

Result<Bitmap> bitmap_of(std::int64_t rows, std::int64_t columns, std::string_view hex) {
  // A bitmap cannot have more elements than four per digit of its text.
  const auto most = static_cast<std::int64_t>(hex.size()) * 4;
  if (rows < 1 || columns < 1 || rows > most || columns > most || rows * columns > most)
    return make_error(Code::format, "rows x cols that the hex digits fill",
                      std::to_string(rows) + " x " + std::to_string(columns));
  Bitmap bits(rows, columns);
  for (std::int64_t row = 0; row < rows; ++row) {
    const std::size_t end = hex.find(' ');
    DLAS_TRY(read_row(bits, row, hex.substr(0, end)));
    hex = end == std::string_view::npos ? std::string_view() : hex.substr(end + 1);
  }
  if (!hex.empty()) return make_error(Code::format, std::to_string(rows) + " rows of hex digits", "more");
  return bits;
}

}  // namespace

Result<Bitmaps> bitmaps_of(const Table& table) {
  std::size_t at[4];
  constexpr std::string_view kColumns[] = {"run_id", "rows", "cols", "hex_rows"};
  for (std::size_t i = 0; i < 4; ++i) {
    const auto found = std::ranges::find(table.columns, kColumns[i]);
    if (found == table.columns.end()) return make_error(Code::format, "a column " + std::string(kColumns[i]), "none");
    at[i] = static_cast<std::size_t>(found - table.columns.begin());
  }
  Bitmaps out;
  for (const auto& line : table.lines) {
    const auto rows = parse_int(line[at[1]]), columns = parse_int(line[at[2]]);
    Result<Bitmap> bits = bitmap_of(rows.value_or(0), columns.value_or(0), line[at[3]]);
    if (!bits.ok()) return bits.error().during("the bitmap of run '" + line[at[0]] + "'");
    out.emplace(line[at[0]], std::move(*bits));
  }
  return out;
}

}  // namespace dlas::accelerator
