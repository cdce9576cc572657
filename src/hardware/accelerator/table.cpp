// CSV: commas, optional double quotes, lines that end in LF or CRLF.
#include "base/limits.h"
#include "base/text.h"
#include "hardware/accelerator/rows.h"

namespace dlas::accelerator {
namespace {

// Takes one record off the text.
std::vector<std::string> next_record(std::string_view& text) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  std::size_t i = 0;
  for (; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c != '"') fields.back() += c;
      else if (i + 1 < text.size() && text[i + 1] == '"') fields.back() += text[++i];
      else quoted = false;
    } else if (c == '"') quoted = true;
    else if (c == ',') fields.emplace_back();
    else if (c == '\n') break;
    else if (c != '\r') fields.back() += c;
  }
  text = i < text.size() ? text.substr(i + 1) : std::string_view();
  return fields;
}

}  // namespace

Result<Table> parse_table(std::string_view text) {
  Table table;
  if (text.empty()) return make_error(Code::format, "a table with a line of column names", "an empty file");
  table.columns = next_record(text);
  for (std::int64_t line = 2; !text.empty(); ++line) {
    auto fields = next_record(text);
    if (fields.size() == 1 && fields.front().empty()) continue;
    if (fields.size() != table.columns.size())
      return make_error(Code::format, std::to_string(table.columns.size()) + " fields",
                        std::to_string(fields.size()) + " in record " + std::to_string(line));
    table.lines.push_back(std::move(fields));
  }
  return table;
}

}  // namespace dlas::accelerator
