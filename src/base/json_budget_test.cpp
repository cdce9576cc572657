#include "base/json_budget.h"

#include <gtest/gtest.h>

#include <string>

#include "base/limits.h"

namespace dlas {
namespace {

std::string error_of(const std::string& text) {
  const auto checked = check_json_budget(text);
  return checked.ok() ? "" : checked.error().message();
}

TEST(JsonBudget, CountsTheDeepestNesting) {
  EXPECT_EQ(error_of(std::string(256, '[') + std::string(256, ']') + std::string(256, '{')), "");
  EXPECT_EQ(error_of(std::string(257, '[')), "expected JSON of at most 256 levels, found 257");
}

TEST(JsonBudget, LooksAtNoBracketInsideAString) {
  EXPECT_EQ(error_of('"' + std::string(300, '[') + '"'), "");
  EXPECT_EQ(error_of(R"("\")" + std::string(300, '[') + '"'), "");
}

TEST(JsonBudget, CountsWhatTheValuesTake) {
  const Limits before = limits();
  limits().parsed_bytes = 1000;
  EXPECT_EQ(error_of("[1,2,3]"), "");
  EXPECT_EQ(error_of(std::string(100, ',')), "expected JSON of at most 1200 parsed bytes, found 2500");
  limits() = before;
}

}  // namespace
}  // namespace dlas
