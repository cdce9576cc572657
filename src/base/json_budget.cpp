#include "base/json_budget.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/limits.h"

namespace dlas {
namespace {

constexpr std::uint64_t kValueBytes = 24, kContainerBytes = 96;  // of the parsed form, at most

struct Estimate {
  std::uint64_t depth = 0;  // of the deepest value
  std::uint64_t bytes = 0;
};

// Counts brackets and separators outside strings, without looking at anything else.
Estimate estimate(std::string_view text) {
  Estimate out;
  std::uint64_t depth = 0;
  bool inside = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (inside) {
      if (c == '\\') ++i;
      else if (c == '"') inside = false;
      continue;
    }
    if (c == '"') inside = true;
    else if (c == '[' || c == '{') out.depth = std::max(out.depth, ++depth), out.bytes += kContainerBytes;
    else if ((c == ']' || c == '}') && depth > 0) --depth;
    else if (c == ',' || c == ':') out.bytes += kValueBytes;
  }
  out.bytes += text.size();
  return out;
}

}  // namespace

Status check_json_budget(std::string_view text) {
  const Estimate size = estimate(text);
  if (size.depth > limits().json_depth)
    return make_error(Code::limit, fmt::format("JSON of at most {} levels", limits().json_depth),
                      fmt::format("{}", size.depth));
  const std::uint64_t most = limits().parsed_bytes + 2 * text.size();
  if (size.bytes > most)
    return make_error(Code::limit, fmt::format("JSON of at most {} parsed bytes", most), fmt::format("{}", size.bytes));
  return {};
}

}  // namespace dlas
