#include "hardware/accelerator/toml.h"

#include "base/limits.h"
#include "base/text.h"

namespace dlas::accelerator {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

// Up to a # that is not inside quotes.
std::string_view without_comment(std::string_view line) {
  char quote = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (quote != 0) quote = line[i] == quote ? char(0) : quote;
    else if (line[i] == '"' || line[i] == '\'') quote = line[i];
    else if (line[i] == '#') return line.substr(0, i);
  }
  return line;
}

Error bad_line(std::int64_t line, std::string_view expected, std::string_view found) {
  return make_error(Code::format, expected, "'" + std::string(found) + "' in line " + std::to_string(line));
}

Result<std::variant<std::int64_t, std::string>> value_of(std::string_view text, std::int64_t line) {
  using Value = std::variant<std::int64_t, std::string>;
  if (text == "true" || text == "false") return Value(std::int64_t{text == "true"});
  if (const auto number = parse_int(text)) return Value(*number);
  if (text.size() >= 2 && (text.front() == '"' || text.front() == '\'') && text.back() == text.front())
    return Value(std::string(text.substr(1, text.size() - 2)));
  return bad_line(line, "an integer, true, false or a quoted text", text);
}

std::string_view unquoted(std::string_view key) {
  return key.size() >= 2 && key.front() == '"' && key.back() == '"' ? key.substr(1, key.size() - 2) : key;
}

}  // namespace

Result<std::vector<TomlEntry>> parse_toml(std::string_view text) {
  if (text.size() > limits().text_bytes)
    return make_error(Code::limit, "at most " + thousands(limits().text_bytes) + " bytes",
                      thousands(text.size()) + " bytes");
  std::vector<TomlEntry> entries;
  std::string section;
  for (std::int64_t number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    const std::string_view line = trimmed(without_comment(text.substr(0, end)));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    if (line.empty()) continue;
    if (line.front() == '[') {
      if (line.back() != ']') return bad_line(number, "[section]", line);
      section = trimmed(line.substr(1, line.size() - 2));
      continue;
    }
    const std::size_t equal = line.find('=');
    if (equal == std::string_view::npos) return bad_line(number, "key = value", line);
    DLAS_ASSIGN(auto value, value_of(trimmed(line.substr(equal + 1)), number));
    entries.push_back({section, std::string(unquoted(trimmed(line.substr(0, equal)))), std::move(value), number});
  }
  return entries;
}

Result<std::int64_t> integer_of(const TomlEntry& entry) {
  if (const auto* number = std::get_if<std::int64_t>(&entry.value)) return *number;
  const std::string name = (entry.section.empty() ? "" : entry.section + ".") + entry.key;
  return make_error(Code::format, "an integer without quotes for '" + name + "'",
                    "\"" + std::get<std::string>(entry.value) + "\" in line " + std::to_string(entry.line));
}

}  // namespace dlas::accelerator
