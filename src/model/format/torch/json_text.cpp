#include "model/format/torch/json_text.h"

#include <fmt/format.h>

#include "base/json_budget.h"
#include "base/limits.h"

namespace dlas::torch {

Result<nlohmann::json> parse_json(std::string_view text) {
  DLAS_TRY(check_json_budget(text));
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
