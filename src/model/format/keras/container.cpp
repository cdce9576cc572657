#include "model/format/keras/container.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/archive/zip.h"
#include "base/limits.h"

namespace dlas::keras {
namespace {

constexpr std::string_view kConfig = "config.json", kMetadata = "metadata.json", kWeights = "model.weights.h5";

const ZipMember* find(const std::vector<ZipMember>& members, std::string_view name) {
  const auto found = std::ranges::find(members, name, &ZipMember::name);
  return found == members.end() ? nullptr : &*found;
}

Result<std::string> text_of_member(const std::vector<ZipMember>& members, std::string_view name) {
  const ZipMember* m = find(members, name);
  if (m == nullptr) return make_error(Code::not_found, fmt::format("'{}' in the archive", name), "none");
  if (m->size > limits().parsed_bytes)
    return make_error(Code::limit, fmt::format("at most {} bytes of '{}'", limits().parsed_bytes, name),
                      fmt::format("{}", m->size));
  std::string room;
  auto bytes = unpack(*m, room);
  if (!bytes.ok()) return bytes.error().at_slot(fmt::format("'{}'", name));
  return std::string(reinterpret_cast<const char*>(bytes->data()), bytes->size());
}

Result<Json> json_of_member(const std::vector<ZipMember>& members, std::string_view name) {
  DLAS_ASSIGN(const std::string text, text_of_member(members, name));
  auto json = parse_json(text);
  if (!json.ok()) return json.error().at_slot(fmt::format("'{}'", name));
  return json;
}

Result<Container> open_zip(std::span<const std::byte> bytes, std::shared_ptr<const void> owner) {
  DLAS_ASSIGN(const auto members, read_zip(bytes));
  Container out;
  out.zip = true;
  DLAS_ASSIGN(out.model, json_of_member(members, kConfig));
  if (find(members, kMetadata)) {
    DLAS_ASSIGN(const Json metadata, json_of_member(members, kMetadata));
    out.version = text_of(metadata, "keras_version");
  }
  const ZipMember* weights = find(members, kWeights);
  if (weights == nullptr) return make_error(Code::not_found, fmt::format("'{}' in the archive", kWeights), "none");
  auto room = std::make_shared<std::string>();
  auto content = unpack(*weights, *room);
  if (!content.ok()) return content.error().at_slot(fmt::format("'{}'", kWeights));
  if (room->empty()) out.weights_at = static_cast<std::uint64_t>(content->data() - bytes.data());
  else owner = room;
  DLAS_ASSIGN(const auto file, hdf5::File::open(*content, std::move(owner)));
  DLAS_ASSIGN(out.weights, numbered_weights(file));
  return out;
}

Result<Container> open_hdf5(std::span<const std::byte> bytes, std::shared_ptr<const void> owner) {
  DLAS_ASSIGN(const auto file, hdf5::File::open(bytes, std::move(owner)));
  DLAS_ASSIGN(const auto root, file.root());
  DLAS_ASSIGN(const auto attributes, file.attributes(root));
  DLAS_ASSIGN(const auto config, string_list(file, attributes, "model_config"));
  if (config.empty()) {
    Error error = make_error(Code::not_found, "a model with its configuration", "weights only");
    return error.try_this("save the whole model: model.save('model.keras')");
  }
  std::string text;
  for (const std::string& part : config) text += part;
  Container out;
  auto json = parse_json(text);
  if (!json.ok()) return json.error().at_slot("attribute 'model_config'");
  out.model = *std::move(json);
  DLAS_ASSIGN(const auto version, string_list(file, attributes, "keras_version"));
  if (!version.empty()) out.version = version[0];
  DLAS_ASSIGN(out.weights, legacy_weights(file, root));
  out.weights_at = 0;
  return out;
}

}  // namespace

bool is_keras_zip(std::span<const std::byte> bytes) {
  if (!is_zip(bytes)) return false;
  const auto members = read_zip(bytes);
  return members.ok() && find(*members, kConfig) && (find(*members, kWeights) || find(*members, kMetadata));
}

Result<Container> open_container(std::span<const std::byte> bytes, std::shared_ptr<const void> owner) {
  return hdf5::is_hdf5(bytes) ? open_hdf5(bytes, std::move(owner)) : open_zip(bytes, std::move(owner));
}

}  // namespace dlas::keras
