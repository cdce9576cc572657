#include "model/format/torch/json_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/limits.h"

namespace dlas::torch {
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

Result<nlohmann::json> parse_json(std::string_view text) {
  const Estimate size = estimate(text);
  if (size.depth > limits().json_depth)
    return make_error(Code::limit, fmt::format("JSON of at most {} levels", limits().json_depth),
                      fmt::format("{}", size.depth));
  if (size.bytes > limits().parsed_bytes)
    return make_error(Code::limit, fmt::format("JSON of at most {} parsed bytes", limits().parsed_bytes),
                      fmt::format("{}", size.bytes));
  auto json = nlohmann::json::parse(text, nullptr, false);
  if (json.is_discarded()) return make_error(Code::format, "JSON", "something else");
  return json;
}

const nlohmann::json* member(const nlohmann::json& object, const char* key) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(key);
  return found == object.end() ? nullptr : &*found;
}

Error wrong_json(std::string_view expected) { return make_error(Code::format, expected, "something else"); }

Result<std::string> text_member(const nlohmann::json& object, const char* key) {
  const auto* found = member(object, key);
  if (!found || !found->is_string()) return wrong_json(fmt::format("a text '{}'", key));
  const auto& text = found->get_ref<const std::string&>();
  if (text.size() > limits().name_bytes)
    return make_error(Code::limit, fmt::format("a text of at most {} bytes", limits().name_bytes),
                      fmt::format("{}", text.size()));
  return text;
}

Result<std::int64_t> integer_member(const nlohmann::json& object, const char* key) {
  const auto* found = member(object, key);
  if (!found || !found->is_number_integer()) return wrong_json(fmt::format("an integer '{}'", key));
  return found->get<std::int64_t>();
}

}  // namespace dlas::torch
