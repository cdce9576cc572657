#include "study/repair/patch_file.h"

#include <nlohmann/json.hpp>

#include "base/file.h"
#include "base/json_budget.h"
#include "base/limits.h"
#include "base/text.h"
#include "study/repair/edit_json.h"

namespace dlas::study {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kSchema = "dlas.patch/1";

Error wrong(std::string_view field, std::string_view expected, std::string_view found) {
  return make_error(Code::format, expected, found).at_slot("field '" + std::string(field) + "'");
}

Result<std::string> text_of(const Json& json, const char* field) {
  const auto it = json.find(field);
  if (it == json.end() || !it->is_string()) return wrong(field, "a text", it == json.end() ? "none" : "something else");
  return it->get<std::string>();
}

Result<Hash> hash_of_field(const Json& json, const char* field) {
  DLAS_ASSIGN(const std::string hex, text_of(json, field));
  const auto hash = parse_hash(hex);
  if (!hash) return wrong(field, "32 hex digits", "'" + hex + "'");
  return *hash;
}

Result<std::vector<Edit>> edits_of(const Json& json, const char* field) {
  const auto it = json.find(field);
  if (it == json.end()) return wrong(field, "a list of edits", "none");
  auto edits = edits_from_json(*it);
  if (!edits.ok()) return Error(edits.error()).during(std::string("reading '") + field + "'");
  return edits;
}

}  // namespace

std::string to_json(const PatchFile& patch) {
  Json lines = Json::array(), edits = Json::array(), inverse = Json::array();
  for (const Edit& e : patch.edits) {
    lines.push_back(valid_utf8(summary(e)));
    edits.push_back(to_json(e));
  }
  for (const Edit& e : patch.inverse) inverse.push_back(to_json(e));
  Json out = {{"schema", kSchema},
              {"file", valid_utf8(patch.file)},
              {"format", patch.format},
              {"content", text(patch.content)},
              {"result", patch.result ? Json(text(*patch.result)) : Json()},
              {"text", std::move(lines)},
              {"edits", std::move(edits)},
              {"inverse", std::move(inverse)}};
  return out.dump(2) + "\n";
}

Result<PatchFile> parse_patch(std::string_view text) {
  DLAS_TRY(check_json_budget(text));
  const Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded() || !json.is_object()) return make_error(Code::format, "a patch as JSON", "something else");
  DLAS_ASSIGN(const std::string schema, text_of(json, "schema"));
  if (schema != kSchema) return wrong("schema", std::string(kSchema), "'" + schema + "'");
  PatchFile out;
  DLAS_ASSIGN(out.file, text_of(json, "file"));
  DLAS_ASSIGN(out.format, text_of(json, "format"));
  DLAS_ASSIGN(out.content, hash_of_field(json, "content"));
  if (const auto it = json.find("result"); it != json.end() && !it->is_null()) {
    DLAS_ASSIGN(out.result, hash_of_field(json, "result"));
  }
  DLAS_ASSIGN(out.edits, edits_of(json, "edits"));
  DLAS_ASSIGN(out.inverse, edits_of(json, "inverse"));
  return out;
}

Result<PatchFile> read_patch(std::string_view path) {
  DLAS_ASSIGN(const std::string text, read_text(path, limits().parsed_bytes));
  auto patch = parse_patch(text);
  if (!patch.ok()) return Error(patch.error()).in(path);
  return patch;
}

}  // namespace dlas::study
