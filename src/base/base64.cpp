#include "base/base64.h"

#include <array>
#include <cstdint>

namespace dlas {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::uint32_t byte(std::string_view bytes, std::size_t i) {
  return i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0U;
}

// Four characters as 24 bits; nothing when one is not of the alphabet. '=' counts as 0.
std::optional<std::uint32_t> group(std::string_view four) {
  std::uint32_t bits = 0;
  for (const char c : four) {
    const std::size_t digit = c == '=' ? 0 : kAlphabet.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    bits = bits << 6 | static_cast<std::uint32_t>(digit);
  }
  return bits;
}

}  // namespace

std::string base64(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::uint32_t bits = byte(bytes, i) << 16 | byte(bytes, i + 1) << 8 | byte(bytes, i + 2);
    out += kAlphabet[bits >> 18];
    out += kAlphabet[bits >> 12 & 63];
    out += i + 1 < bytes.size() ? kAlphabet[bits >> 6 & 63] : '=';
    out += i + 2 < bytes.size() ? kAlphabet[bits & 63] : '=';
  }
  return out;
}

std::optional<std::string> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
  if (text.substr(0, text.size() - padding).find('=') != std::string_view::npos) return std::nullopt;
  std::string out;
  for (std::size_t i = 0; i < text.size(); i += 4) {
    const auto bits = group(text.substr(i, 4));
    if (!bits) return std::nullopt;
    for (const unsigned shift : {16U, 8U, 0U}) out += static_cast<char>(*bits >> shift & 255U);
  }
  const std::string tail = out.substr(out.size() - padding);
  out.resize(out.size() - padding);
  if (tail.find_first_not_of('\0') != std::string::npos) return std::nullopt;
  return out;
}

}  // namespace dlas
