// Making text that came from a file safe for the place where it is shown, and reading numbers without surprises.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dlas {

// For a terminal and for error messages: C0, DEL, C1, bidirectional controls, line separators and invalid UTF-8
// become \n, \t, \xNN or \u{NNNN}; longer texts are cut in the middle of nothing and end in "..." .
std::string for_terminal(std::string_view raw, std::size_t longest = 200);
std::string for_html(std::string_view raw);    // & < > " ' and controls; also right inside attribute values and SVG
std::string for_dot(std::string_view raw);     // inside a double-quoted Graphviz string
std::string for_csv(std::string_view raw);     // one field; a leading = + - @ gets an apostrophe, then quoting
std::string valid_utf8(std::string_view raw);  // each invalid byte becomes U+FFFD: for JSON

// Whole text, no sign games, no locale. Nothing on anything else.
std::optional<std::int64_t> parse_int(std::string_view text);
std::optional<double> parse_double(std::string_view text);

std::string thousands(std::uint64_t n);  // 1234567 -> "1,234,567"
std::string significant(double value, int digits = 3);

}  // namespace dlas
