// The part of TOML that STONNE's configuration and mapping files use: [sections], `key = value`, comments. A value is an integer,
// a boolean or a quoted text, and keeps its kind: STONNE reads a quoted "1" as absent, which is how published runs lost a switch.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

namespace dlas::accelerator {

struct TomlEntry {
  std::string section, key;
  std::variant<std::int64_t, std::string> value;
  std::int64_t line = 0;  // counted from 1
};

// Errors: format with the line; limit when the text is longer than Limits::text_bytes.
Result<std::vector<TomlEntry>> parse_toml(std::string_view text);

// The entry's integer.  Errors: format, naming section, key and line.
Result<std::int64_t> integer_of(const TomlEntry& entry);

}  // namespace dlas::accelerator
