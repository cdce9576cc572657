// The escapers on thousands of random texts: what comes out cannot leave its place.
#include "base/text.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace dlas {
namespace {

// Pieces that hostile names are made of, and any bytes.
std::string random_text(std::mt19937& random) {
  static const std::vector<std::string> kPieces = {"<",
                                                   ">",
                                                   "&",
                                                   "\"",
                                                   "'",
                                                   "\\",
                                                   "\n",
                                                   "\r",
                                                   "\t",
                                                   std::string(1, '\0'),
                                                   "\x1b[31m",
                                                   "\x7f",
                                                   "\xc2\x85",
                                                   "\xe2\x80\xae",
                                                   "\xe2\x80\xa8",
                                                   "\xe2\x81\xa9",
                                                   "\xff",
                                                   "\xc0\xaf",
                                                   "\xf5\x80\x80\x80",
                                                   "\xed\xa0\x80",
                                                   "=",
                                                   "+",
                                                   "-",
                                                   "@",
                                                   ",",
                                                   ";",
                                                   "]]>",
                                                   "</script>",
                                                   "{",
                                                   "}",
                                                   "|",
                                                   "a",
                                                   "\xc3\xa4",
                                                   "\xf0\x9f\x98\x80"};
  std::string out;
  for (std::size_t n = random() % 12; n > 0; --n)
    out += random() % 4 ? kPieces[random() % kPieces.size()] : std::string(1, static_cast<char>(random()));
  return out;
}

template <typename Check>
void for_many(const Check& check) {
  std::mt19937 random(1);
  for (int i = 0; i < 20'000; ++i) {
    const std::string raw = random_text(random);
    check(raw);
    if (testing::Test::HasFailure()) return;
  }
}

// Code points of valid UTF-8; empty and `valid` false where it is not.
std::vector<char32_t> code_points(std::string_view text, bool& valid) {
  std::vector<char32_t> out;
  valid = true;
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t length = lead < 0x80 ? 1 : lead >> 5 == 6 ? 2 : lead >> 4 == 14 ? 3 : lead >> 3 == 30 ? 4 : 0;
    if (length == 0 || i + length > text.size()) return valid = false, std::vector<char32_t>();
    char32_t c = length == 1 ? lead : lead & (0x7FU >> length);
    for (std::size_t k = 1; k < length; ++k) {
      const auto next = static_cast<unsigned char>(text[i + k]);
      if (next >> 6 != 2) return valid = false, std::vector<char32_t>();
      c = c << 6 | (next & 0x3FU);
    }
    constexpr char32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
    if (c < kLeast[length] || c > 0x10FFFF || (c >= 0xD800 && c < 0xE000))
      return valid = false, std::vector<char32_t>();
    out.push_back(c);
    i += length;
  }
  return out;
}

bool is_control(char32_t c) {
  const bool directs =
      (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0x200E || c == 0x200F || c == 0x61C;
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029 || directs;
}

TEST(ForTerminal, LetsNoControlThrough) {
  for_many([](const std::string& raw) {
    bool valid = false;
    for (const char32_t c : code_points(for_terminal(raw), valid)) EXPECT_FALSE(is_control(c)) << raw;
    EXPECT_TRUE(valid) << raw;
  });
}

TEST(ForHtml, LetsNoMarkupThroughAndIsFinal) {
  for_many([](const std::string& raw) {
    const std::string out = for_html(raw);
    EXPECT_EQ(out.find_first_of("<>\"'"), std::string::npos) << out;
    for (std::size_t at = out.find('&'); at != std::string::npos; at = out.find('&', at + 1)) {
      const std::string entity = out.substr(at, out.find(';', at) - at + 1);
      EXPECT_TRUE(entity == "&amp;" || entity == "&lt;" || entity == "&gt;" || entity == "&quot;" || entity == "&#39;")
          << out;
    }
    bool valid = false;
    for (const char32_t c : code_points(out, valid)) EXPECT_FALSE(is_control(c)) << out;
    EXPECT_TRUE(valid) << out;
  });
}

TEST(ForDot, KeepsQuotesInside) {
  for_many([](const std::string& raw) {
    const std::string out = for_dot(raw);
    bool escaped = false;
    for (const char c : out) {
      EXPECT_FALSE(c == '"' && !escaped) << out;
      EXPECT_NE(c, '\n') << out;
      escaped = c == '\\' && !escaped;
    }
    EXPECT_FALSE(escaped) << "the closing quote would be escaped: " << out;
  });
}

TEST(ForCsv, IsOneFieldThatNoSpreadsheetComputes) {
  for_many([](const std::string& raw) {
    std::string out = for_csv(raw);
    if (out.starts_with('"')) {
      ASSERT_TRUE(out.size() >= 2 && out.ends_with('"')) << out;
      out = out.substr(1, out.size() - 2);
      for (std::size_t i = 0; i < out.size(); ++i)
        if (out[i] == '"') {
          ASSERT_TRUE(i + 1 < out.size() && out[i + 1] == '"') << out;
          ++i;
        }
    } else {
      EXPECT_EQ(out.find_first_of(",\"\r\n"), std::string::npos) << out;
    }
    EXPECT_FALSE(!out.empty() && std::string_view("=+-@").find(out[0]) != std::string_view::npos) << out;
  });
}

TEST(ValidUtf8, IsValidAndKeepsWhatWas) {
  for_many([](const std::string& raw) {
    bool valid = false, before = false;
    const auto points = code_points(valid_utf8(raw), valid);
    EXPECT_TRUE(valid) << raw;
    const auto original = code_points(raw, before);
    EXPECT_TRUE(!before || points == original) << raw;
  });
}

}  // namespace
}  // namespace dlas
