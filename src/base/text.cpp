#include "base/text.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

namespace dlas {
namespace {

struct Point {
  char32_t value = 0;
  std::size_t bytes = 1;
  bool valid = false;
};

// One code point of UTF-8, without overlong forms and surrogates.
Point decode(std::string_view s) {
  const auto byte = [&](std::size_t i) { return i < s.size() ? static_cast<unsigned char>(s[i]) : 0U; };
  const auto tail = [&](std::size_t i) { return (byte(i) & 0xc0U) == 0x80U; };
  const unsigned lead = byte(0);
  if (lead < 0x80) return {lead, 1, true};
  if (lead >= 0xc2 && lead < 0xe0 && tail(1)) return {((lead & 31U) << 6) | (byte(1) & 63U), 2, true};
  if (lead >= 0xe0 && lead < 0xf0 && tail(1) && tail(2)) {
    const char32_t v = ((lead & 15U) << 12) | ((byte(1) & 63U) << 6) | (byte(2) & 63U);
    return {v, 3, v >= 0x800 && (v < 0xd800 || v > 0xdfff)};
  }
  if (lead >= 0xf0 && lead < 0xf5 && tail(1) && tail(2) && tail(3)) {
    const char32_t v = ((lead & 7U) << 18) | ((byte(1) & 63U) << 12) | ((byte(2) & 63U) << 6) | (byte(3) & 63U);
    return {v, 4, v >= 0x10000 && v <= 0x10ffff};
  }
  return {};
}

// Controls, and characters that reorder or break lines: they could make a name look like another.
bool misleading(char32_t c) {
  return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x61c || c == 0x200b || (c >= 0x200e && c <= 0x200f) ||
         (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x2069) || c == 0xfeff || (c >= 0xfff9 && c <= 0xfffb);
}

template <typename Emit>
void each_point(std::string_view raw, Emit emit) {
  while (!raw.empty()) {
    Point p = decode(raw);
    if (!p.valid) p.bytes = 1;
    if (!emit(raw.substr(0, p.bytes), p)) return;
    raw.remove_prefix(p.bytes);
  }
}

std::string escaped(std::string_view bytes, const Point& p) {
  if (!p.valid) return fmt::format("\\x{:02x}", static_cast<unsigned char>(bytes[0]));
  if (p.value == '\n') return "\\n";
  if (p.value == '\t') return "\\t";
  if (p.value < 0x100) return fmt::format("\\x{:02x}", static_cast<unsigned>(p.value));
  return fmt::format("\\u{{{:04x}}}", static_cast<unsigned>(p.value));
}

}  // namespace

std::string for_terminal(std::string_view raw, std::size_t longest) {
  std::string out;
  each_point(raw, [&](std::string_view bytes, const Point& p) {
    const std::string piece = !p.valid || misleading(p.value) ? escaped(bytes, p) : std::string(bytes);
    if (out.size() + piece.size() > longest) {
      out += "...";
      return false;
    }
    out += piece;
    return true;
  });
  return out;
}

std::string for_html(std::string_view raw) {
  std::string out;
  each_point(raw, [&](std::string_view bytes, const Point& p) {
    if (!p.valid || misleading(p.value)) out += escaped(bytes, p);
    else if (p.value == '&') out += "&amp;";
    else if (p.value == '<') out += "&lt;";
    else if (p.value == '>') out += "&gt;";
    else if (p.value == '"') out += "&quot;";
    else if (p.value == '\'') out += "&#39;";
    else out += bytes;
    return true;
  });
  return out;
}

std::string for_dot(std::string_view raw) {
  std::string out;
  for (const char c : for_terminal(raw, raw.size() * 10 + 16)) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string for_csv(std::string_view raw) {
  std::string out = for_terminal(raw, raw.size() * 10 + 16);
  if (!out.empty() && std::string_view("=+-@").find(out[0]) != std::string_view::npos) out.insert(0, 1, '\'');
  if (out.find_first_of(",\"") == std::string::npos) return out;
  std::string quoted = "\"";
  for (const char c : out) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + "\"";
}

std::string valid_utf8(std::string_view raw) {
  std::string out;
  each_point(raw, [&](std::string_view bytes, const Point& p) {
    out += p.valid ? bytes : std::string_view("\xef\xbf\xbd");
    return true;
  });
  return out;
}

std::optional<std::int64_t> parse_int(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

std::optional<double> parse_double(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

std::string thousands(std::uint64_t n) {
  std::string digits = std::to_string(n);
  for (std::ptrdiff_t i = static_cast<std::ptrdiff_t>(digits.size()) - 3; i > 0; i -= 3)
    digits.insert(static_cast<std::size_t>(i), 1, ',');
  return digits;
}

std::string significant(double value, int digits) { return fmt::format("{:.{}g}", value, digits); }

}  // namespace dlas
